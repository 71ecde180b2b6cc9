export { FlashModel } from './flash-model.js';
export { FunctionLayouts } from './function-layouts.js';
export { DEFAULT_LIMITS, FlashLimits } from './limits.js';
