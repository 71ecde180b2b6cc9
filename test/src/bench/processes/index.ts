export { listenEcho } from './echo.js';
export { Link } from './link.js';
export { POLL_MS, type ServerMode } from './server-mode.js';
export { ServerProcess } from './server-process.js';
