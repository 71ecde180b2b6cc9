/**
 * How both sides wait for the next message: they try again and again, or sleep in the kernel; or, as the server does by
 * default and a stock client does, the server tries for a while and the client sleeps.
 */
export type ServerMode = 'poll' | 'block' | 'default';

/** Milliseconds that a polling server tries before it returns to its event loop. */
export const POLL_MS = 50;

/** The most that a bare message has. */
export const ECHO = 65_536;
