import type { Endpoint, Logger } from '@mdevkit/core';
import type { Capabilities, Quirks, ServerLimits } from '../protocol/index.js';
import type { MigrationTransfer } from './commands/index.js';
import type { DmaMessenger } from './dma-messenger.js';
import type { IrqDescriptors } from './irqs/index.js';
import type { DmaMaps } from './memory/index.js';
import type { OwnedDescriptors } from './owned-descriptors.js';

/** How descriptors of the client are mapped: see `memoryFrom` of the package linux. */
export type MemoryPolicy = 'safe' | 'trusted';

/** What one client is, as far as its VERSION tells. */
export interface ClientInfo {
  /** All filled in: what the client did not say has the default of the specification. */
  readonly capabilities: Capabilities;
  readonly quirks: Quirks;
  /** The name of its row in the table of quirks. */
  readonly kind: string;
}

/** One command, whole. Its payload is a copy, which the handler may keep. */
export interface Request {
  readonly command: number;
  readonly payload: Uint8Array;
  /** Over {@link Request.payload}. */
  readonly view: DataView;
  /** The client has been told that it failed, or is gone: what a handler has waited for is not to be done any more. */
  readonly isOver: boolean;
  /** Once; what the handler does not take is closed when the command is over. */
  takeDescriptors(): OwnedDescriptors;
}

/** The answer of a handler; without one the reply is a bare header. */
export interface Reply {
  readonly payload: Uint8Array;
  /** Lent for the send. */
  readonly descriptors?: readonly number[];
}

/** What a session has before its parts are made. */
export interface SessionServices {
  readonly endpoint: Endpoint;
  readonly client: ClientInfo;
  readonly limits: ServerLimits;
  readonly logger: Logger;
  /** DMA by messages, for memory that has no descriptor. */
  readonly dma: DmaMessenger;
  readonly memory: MemoryPolicy;
}

/** What the commands of one session keep between them; made after VERSION, disposed when the session ends. */
export interface SessionParts {
  readonly maps: DmaMaps;
  readonly irqs: IrqDescriptors;
  readonly migration: MigrationTransfer;
}

export interface SessionContext extends SessionServices, SessionParts {}

/**
 * Carries one command out. What it throws, or rejects with, is the errno of the reply: that of an MdevError, else EIO.
 * A promise holds the session: later commands wait until it settles.
 */
export type Handler = (
  session: SessionContext,
  request: Request,
) => Reply | undefined | Promise<Reply | undefined>;

/** The commands that are not on the hot path. */
export interface CommandTable {
  readonly handlers: ReadonlyMap<number, Handler>;
  /** Makes what the commands of a session share. */
  open(services: SessionServices): SessionParts;
  /** Once for each {@link CommandTable.open}, after `endpoint.releaseClient()`. Never throws. */
  close(parts: SessionParts): void;
}
