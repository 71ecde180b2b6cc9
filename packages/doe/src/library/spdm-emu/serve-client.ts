import type { Clock } from '@mdevkit/core';
import { PCI_DOE_MAX_LENGTH } from '@mdevkit/uapi';
import type { Socket } from 'node:net';
import { answerEmu, type EmuDevice } from './answer.js';
import { encodeEmuMessage } from './framing.js';
import { MessageReader } from './message-reader.js';

/** What the bridge serves its clients with. */
export interface EmuService extends EmuDevice {
  readonly clock: Clock;
  /** How long a client may take to send a message, from its first bytes, and to take an answer. One that says nothing may do so for ever. */
  readonly messageMs: number;
}

/**
 * Serves one client until it goes, says that it is done, sends what is no message, begins one and does not end it, or does not take an answer.
 * Reads no further while a message is answered, and cancels that when the socket is destroyed. The socket is destroyed then. Never rejects.
 */
export async function serveEmuClient(socket: Socket, service: EmuService): Promise<void> {
  const { clock, messageMs } = service;
  const reader = new MessageReader(PCI_DOE_MAX_LENGTH * 4);
  const giveUp = (): void => void socket.destroy();
  const gone = new AbortController();
  socket.once('close', () => {
    gone.abort();
  });
  let timer: Disposable | undefined;
  try {
    for await (const piece of socket as AsyncIterable<Uint8Array>) {
      reader.push(piece);
      for (let message = reader.take(); message !== undefined; message = reader.take()) {
        timer?.[Symbol.dispose]();
        timer = undefined;
        if (message === 'refused') {
          return;
        }
        const answer = await answerEmu(message, { ...service, signal: gone.signal });
        timer = clock.schedule(messageMs, giveUp);
        await send(socket, encodeEmuMessage(answer));
        timer[Symbol.dispose]();
        timer = undefined;
        if (answer.isLast) {
          return;
        }
      }
      timer = reader.isEmpty ? undefined : (timer ?? clock.schedule(messageMs, giveUp));
    }
  } catch {
    // The client is gone: there is nobody to tell.
  } finally {
    timer?.[Symbol.dispose]();
    socket.destroy();
  }
}

function send(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => {
      if (error === undefined || error === null) {
        resolve();
      } else {
        reject(error);
      }
    });
  });
}
