export { decodeError, encodeError } from './error-payload.js';
export {
  FrameType,
  HEADER_SIZE,
  MAX_DESCRIPTOR_FRAME,
  MAX_ERROR,
  MOST_DESCRIPTORS,
  READ_NON_BLOCKING,
  REPLY,
} from './frame.js';
export { closeAll, FrameReader, REFUSED, type FrameProblem } from './frame-reader.js';
export { FrameWriter, SendRoom } from './frame-writer.js';
export {
  decodeGreeting,
  encodeGreeting,
  LARGEST_MESSAGE,
  MAX_GREETING,
  type Greeting,
} from './greeting.js';
