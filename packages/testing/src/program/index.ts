export type { Output } from './commands/command.js';
export { runRecording } from './run-recording.js';
