export { gpioDriver } from './driver.js';
export { Idio16 } from './idio-16.js';
export { PIN_COUNT, PinBoard } from './pin-board.js';
export type { Pins } from './pins.js';
