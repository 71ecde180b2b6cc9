export { descriptorKinds, type Action, type DescriptorKind, type Sequence } from './action.js';
export { describeAction, describeBytes, describeSequence } from './describe.js';
