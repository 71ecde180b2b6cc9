import { accel } from './accel.js';
import { churn } from './churn.js';
import { cxlflash } from './cxlflash.js';
import { DoeLoad } from './doe.js';
import { edu } from './edu.js';
import { programs } from './examples.js';
import { GpioLoad } from './gpio.js';
import type { Load } from './load.js';
import { serial } from './serial.js';
import { verbs } from './verbs.js';

export { WrongData, type Load, type Round } from './load.js';

/** Every driver there is to be loaded. */
export function allLoads(): readonly Load[] {
  return [accel, cxlflash, new DoeLoad(), verbs, edu, serial, new GpioLoad(), churn, programs];
}
