export { AccelModel, QUEUE_IN_FLIGHT } from './accel-model.js';
export { accelLayout, FunctionLayouts, type FunctionTraits } from './function-layouts.js';
