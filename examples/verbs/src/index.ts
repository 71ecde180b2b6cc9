export * from './abi/index.js';
export { connect, makeClient, piece, poll, remotePiece, sizes, type Client } from './client.js';
export * from './driver/index.js';
export { verbsReasons } from './errors.js';
