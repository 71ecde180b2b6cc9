export { DoeFunction, type DoeFunctionServices } from './doe-function.js';
export {
  FUNCTION_VECTORS,
  functionCapabilities,
  functionLayout,
  functionName,
} from './function-layout.js';
