import type { Socket } from 'node:net';

/** Bytes that are read of a client that waits: more than a requester says before it is answered. */
const MOST_AHEAD = 0x1_0000;

/**
 * Lets a client wait for its turn. Only a socket that is read tells that its client has left, so what comes is read, up to a
 * bound, and kept; one that leaves is destroyed. The returned function ends the wait: what was kept is there to be read again.
 */
export function waitInLine(socket: Socket): () => void {
  const kept: Uint8Array[] = [];
  let bytes = 0;
  const keep = (piece: Uint8Array): void => {
    kept.push(piece);
    bytes += piece.length;
    if (bytes >= MOST_AHEAD) {
      socket.pause();
    }
  };
  const leave = (): void => void socket.destroy();
  socket.on('data', keep);
  socket.on('end', leave);
  return () => {
    socket.off('data', keep);
    socket.off('end', leave);
    socket.pause();
    if (bytes > 0 && !socket.destroyed) {
      socket.unshift(Buffer.concat(kept));
    }
  };
}
