export { disconnected } from './disconnected.js';
export { EduProgram, type ProgramExit } from './edu-program.js';
export { serveMdevs, ServedMdevs, type ServedMdev } from './serve-mdevs.js';
export { SocketFolder } from './socket-folder.js';
