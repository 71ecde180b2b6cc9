export { generate } from './generate.js';
export { mutateMessage } from './mutate-message.js';
export { mutateSequence } from './mutate-sequence.js';
