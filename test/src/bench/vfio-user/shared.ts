/** How the server waits for the next message. */
export type ServerMode = 'poll' | 'block';

/** Milliseconds that a polling server tries before it returns to its event loop. */
export const POLL_MS = 50;

/** The most that a bare message has. */
export const ECHO = 65_536;
