export { eduDriver, eduRegisters, VECTORS } from './edu.js';
export { qemuCommand } from './qemu-command.js';
export { serve } from './serve.js';
