export { eduDriver, eduRegisters, VECTORS } from './edu.js';
export { qemuCommand, type QemuBus } from './qemu-command.js';
export { serve } from './serve.js';
