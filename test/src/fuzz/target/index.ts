export { DescriptorKit } from './descriptor-kit.js';
export { FuzzFailure } from './fuzz-failure.js';
export { MessageStream } from './message-stream.js';
export { DisposableLedger } from './ledger.js';
export { runSequence, type SequenceResult } from './run-sequence.js';
export { openDescriptors, Target } from './target.js';
