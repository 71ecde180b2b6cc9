export type { DmaWhere, EventPattern, FiredWhere } from './assertions.js';
export { mdevkitChai } from './mdevkit-chai.js';
