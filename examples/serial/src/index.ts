export { serialDriver } from './driver.js';
export { HostLine, type HostLineOptions } from './host-line.js';
export { BREAK, type Line } from './line.js';
export { SerialPort } from './serial-port.js';
export { Uart16550 } from './uart-16550.js';
