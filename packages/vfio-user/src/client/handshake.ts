import { closeSync } from 'node:fs';
import type { Logger } from '@mdevkit/core';
import { UnixStream } from '@mdevkit/linux';
import { VFIO_USER_VERSION } from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import {
  acceptReply,
  buildVersion,
  CONTROL_VERSION,
  DEFAULT_CAPABILITIES,
  parseVersion,
  VERSION_MAJOR,
  VERSION_MINOR,
  type Capabilities,
  type Version,
} from '../protocol/index.js';
import type { ClientLimits } from './client-limits.js';
import type { Connection } from './connection.js';

/** What client and server agreed on. */
export interface Agreement {
  /** Limits of the server. */
  readonly server: Capabilities;
  /** The socket for the server's DMA messages, which the receiver disposes. */
  readonly twin: UnixStream | undefined;
  /** The server takes calls of the control plane. */
  readonly control: boolean;
}

/**
 * Proposes all that this client can do and takes the server's answer.
 *
 * Throws `vfio-user.version-…` for an answer that is none, EPROTO `vfio-user.bad-reply` for a twin socket that is none,
 * and what a command throws.
 *
 * Source: docs/interop/vfio-user.rst, VFIO_USER_VERSION.
 */
export async function shakeHands(
  connection: Connection,
  limits: ClientLimits,
  twinSocket: boolean,
  logger: Logger,
): Promise<Agreement> {
  const proposal = proposalOf(limits, twinSocket);
  const reply = await connection.askForDescriptors(VFIO_USER_VERSION, buildVersion(proposal));
  let taken: number | undefined;
  try {
    const version = parseVersion(reply.payload);
    const accepted = acceptReply(proposal, version, reply.descriptors.length);
    if (accepted.spurious.length > 0) {
      logger.warn('the server answered with capabilities that were not asked for', {
        capabilities: accepted.spurious.join(' '),
      });
    }
    const index = accepted.twinSocketIndex;
    const fd = index === undefined ? undefined : reply.descriptors[index];
    const twin = fd === undefined ? undefined : adoptTwin(fd);
    taken = fd;
    return { server: accepted.server, twin, control: accepted.control };
  } finally {
    for (const fd of reply.descriptors) {
      if (fd !== taken) {
        closeSync(fd);
      }
    }
  }
}

/** One that it refuses stays the caller's. */
function adoptTwin(fd: number): UnixStream {
  try {
    return UnixStream.adopt(fd);
  } catch (error) {
    const problem = 'the twin socket is no stream socket';
    throw failure('vfio-user.bad-reply', { problem }, error);
  }
}

function proposalOf(limits: ClientLimits, twinSocket: boolean): Version {
  const { maxMsgFds, maxDataXferSize, maxDmaMaps } = limits;
  return {
    major: VERSION_MAJOR,
    minor: VERSION_MINOR,
    stated: {
      maxMsgFds,
      maxDataXferSize,
      maxDmaMaps,
      pgsizes: DEFAULT_CAPABILITIES.pgsizes,
      migration: { pgsize: DEFAULT_CAPABILITIES.migration.pgsize, maxBitmapSize: maxDataXferSize },
      writeMultiple: false,
      twinSocket: { supported: twinSocket },
      control: { version: CONTROL_VERSION },
    },
  };
}
