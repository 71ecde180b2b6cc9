import { cxlflashDriver } from './driver.js';

/** What a host loads by the name of the package. */
export default cxlflashDriver();
