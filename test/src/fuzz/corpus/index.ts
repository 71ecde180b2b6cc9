export { loadCorpus, type Corpus } from './corpus.js';
export { MessageSplitter, type RecordedMessage } from './message-splitter.js';
export { fixtures, readRecording, writeRecording, type RecordedSession } from './recording-file.js';
export type { Seed, SeedSession } from './seed.js';
