export { spinLine } from './spin-lines.js';
export { SpinWatchdog, type SpinWatchdogOptions } from './spin-watchdog.js';
export type { Spin, SpinRead, SpinWrite } from './spin.js';
