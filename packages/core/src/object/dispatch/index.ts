export type { GivenDescriptor } from './call-frame.js';
export type { Reply } from './dispatcher.js';
