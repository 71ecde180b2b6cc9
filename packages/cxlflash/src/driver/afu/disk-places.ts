import type { Command } from './command.js';

/** Commands of one context that one disk works on at the same time, those included that are over for the client. */
export const CONTEXT_IN_FLIGHT = 8;

/** Bytes that a command moves at once, and needs memory for. A multiple of every block size. */
export const PIECE = 65_536;

/** The place of a command: memory for {@link PIECE} bytes. */
export type Place = Uint8Array;

/** A command that waits for a place. */
interface Waiting {
  readonly command: Command;
  readonly take: (place: Place) => void;
}

/**
 * The places that a context has at one disk; who finds none waits in the order of arrival. Who has one keeps it until the
 * store has answered, also if the client was told long ago: a disk that hangs is asked no more than so often, and holds up
 * nobody who wants another one.
 */
export class DiskPlaces {
  readonly #free: Place[] = [];
  readonly #waiting: Waiting[] = [];
  #used = 0;

  /** A place; undefined if the command was over before there was one. */
  take(command: Command): Place | Promise<Place | undefined> {
    if (this.#used < CONTEXT_IN_FLIGHT) {
      this.#used += 1;
      return this.#free.pop() ?? new Uint8Array(PIECE);
    }
    return new Promise((resolve) => {
      const waiting = { command, take: resolve };
      this.#waiting.push(waiting);
      command.whenOver = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(undefined);
      };
    });
  }

  giveBack(place: Place): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#used -= 1;
      this.#free.push(place);
      return;
    }
    next.command.whenOver = undefined;
    next.take(place);
  }
}
