import { accelDriver } from './driver.js';

/** What a host loads by the name of the package. */
export default accelDriver();
