import {
  PCI_DOE_CTRL,
  PCI_DOE_CTRL_ABORT,
  PCI_DOE_CTRL_GO,
  PCI_DOE_CTRL_INT_EN,
  PCI_DOE_READ,
  PCI_DOE_STATUS,
  PCI_DOE_STATUS_BUSY,
  PCI_DOE_STATUS_DATA_OBJECT_READY,
  PCI_DOE_STATUS_ERROR,
  PCI_DOE_STATUS_INT_STATUS,
  PCI_DOE_WRITE,
} from '@mdevkit/uapi';
import { discoveryId, encodeObject, tableAccessId, type DoeObjectId } from '../abi/index.js';
import type { Random } from '../driver/instance/fuzz-clients.test-support.js';
import type { FuzzedFunction } from './fuzzed-function.test-support.js';

/** A data object that a requester has sent. */
export interface Said extends DoeObjectId {
  readonly payload: Uint8Array;
}

const CONFIG_SIZE = 0x1000;
/** Of one DOE Capability. */
const SPAN = 0x18;

/** A guest that mostly says what makes sense, an access at a time or all of an object at once. */
export class FuzzGuest {
  readonly #device: FuzzedFunction;
  readonly #random: Random;
  /** What somebody has said once, in its order. */
  readonly #conversation: readonly Said[];
  #position = 0;
  #isHasty = false;
  /** The next access is the last one. */
  readonly #plan: (() => void)[] = [];
  /** Responses that were read to their ends. */
  drained = 0;

  constructor(device: FuzzedFunction, random: Random, conversation: readonly Said[]) {
    this.#device = device;
    this.#random = random;
    this.#conversation = conversation;
  }

  /** One access, sometimes two, or all that it is about to do. */
  step(): void {
    const random = this.#random;
    if (random.below(24) === 0) {
      this.#anything();
      return;
    }
    if (this.#plan.length === 0) {
      this.#think();
    }
    this.#plan.pop()?.();
    while (this.#isHasty && this.#plan.length > 0) {
      this.#plan.pop()?.();
    }
  }

  status(at: number): number {
    return this.#device.read(at + PCI_DOE_STATUS);
  }

  abort(at: number): void {
    this.#device.write(at + PCI_DOE_CTRL, PCI_DOE_CTRL_ABORT);
  }

  /** Nothing is asked, and nothing is wrong. */
  isIdle(at: number): boolean {
    const busy = PCI_DOE_STATUS_BUSY | PCI_DOE_STATUS_ERROR | PCI_DOE_STATUS_DATA_OBJECT_READY;
    return (this.status(at) & busy) === 0;
  }

  isReady(at: number): boolean {
    return (this.status(at) & PCI_DOE_STATUS_DATA_OBJECT_READY) !== 0;
  }

  /** All of an object at once. */
  send(at: number, id: DoeObjectId, payload: Uint8Array): void {
    for (const word of wordsOf(id, payload)) {
      this.#device.write(at + PCI_DOE_WRITE, word);
    }
    this.#device.write(at + PCI_DOE_CTRL, PCI_DOE_CTRL_GO);
  }

  /** The words of a response, as far as it is there. */
  drain(at: number): number[] {
    const words: number[] = [];
    while (this.isReady(at)) {
      words.push(this.#take(at));
    }
    return words;
  }

  /** It does not go on with what it was about to write or read. */
  forget(): void {
    this.#plan.length = 0;
  }

  #take(at: number): number {
    const word = this.#device.read(at + PCI_DOE_READ);
    this.#device.write(at + PCI_DOE_READ, 0);
    return word;
  }

  #think(): void {
    const random = this.#random;
    this.#isHasty = random.below(2) === 0;
    const { at } = random.pick(this.#device.specs, first(this.#device.specs));
    switch (random.below(16)) {
      case 0:
        this.#plan.push(() => {
          this.abort(at);
        });
        return;
      case 1:
        this.#plan.push(() => {
          this.#device.write(at + PCI_DOE_STATUS, PCI_DOE_STATUS_INT_STATUS);
        });
        return;
      case 2:
        // Bus Master Enable.
        this.#plan.push(() => {
          this.#device.write(4, random.pick([0, 4, 4], 4), 2);
        });
        return;
      case 3:
        this.#object(at, discoveryId, Uint8Array.of(random.below(8), 2, 0, 0));
        return;
      case 4:
      case 5: {
        const handle = random.below(10);
        this.#object(at, tableAccessId, Uint8Array.of(0, 0, handle, handle === 9 ? 1 : 0));
        return;
      }
      case 6:
      case 7:
      case 8: {
        const payload = Uint8Array.from({ length: 4 * random.below(8) }, () => random.below(256));
        const { features } = random.pick(this.#device.specs, first(this.#device.specs));
        this.#object(at, random.pick(features, first(features)).feature, payload);
        return;
      }
      default: {
        const { at: attested } = first(this.#device.specs);
        // From the beginning, now and then, or out of its order.
        this.#position = random.below(32) === 0 ? 0 : this.#position;
        const said = this.#conversation[this.#position % this.#conversation.length];
        this.#position += random.below(16) === 0 ? 2 : 1;
        if (said !== undefined) {
          this.#object(attested, said, this.#spoiled(said.payload));
        }
      }
    }
  }

  #spoiled(payload: Uint8Array): Uint8Array {
    const random = this.#random;
    if (random.below(12) !== 0 || payload.length === 0) {
      return payload;
    }
    const spoiled = payload.slice();
    spoiled[random.below(spoiled.length)] = random.below(256);
    return spoiled.subarray(
      0,
      random.below(4) === 0 ? random.below(spoiled.length + 1) : undefined,
    );
  }

  /** An object word by word, Go, and the response as long as there is one. */
  #object(at: number, id: DoeObjectId, payload: Uint8Array): void {
    const random = this.#random;
    const words = wordsOf(id, payload);
    if (random.below(40) === 0) {
      words[1] = random.below(4);
    }
    const go = PCI_DOE_CTRL_GO | (random.below(2) === 0 ? PCI_DOE_CTRL_INT_EN : 0);
    this.#plan.push(
      () => {
        this.#read(at);
      },
      () => {
        this.#device.write(at + PCI_DOE_CTRL, go >>> 0);
      },
    );
    for (const word of words.reverse()) {
      this.#plan.push(() => {
        this.#device.write(at + PCI_DOE_WRITE, word);
      });
    }
    if ((this.status(at) & PCI_DOE_STATUS_ERROR) !== 0) {
      this.#plan.push(() => {
        this.abort(at);
      });
    }
  }

  /** A word of the response, and then the next one. */
  #read(at: number): void {
    if (!this.isReady(at)) {
      return;
    }
    this.#take(at);
    if (this.isReady(at)) {
      this.#plan.push(() => {
        this.#read(at);
      });
    } else {
      this.drained++;
    }
  }

  #anything(): void {
    const random = this.#random;
    const width = random.pick([1, 2, 3, 4, 4, 4, 8, 12], 4);
    const { at } = random.pick(this.#device.specs, first(this.#device.specs));
    const offset =
      random.below(4) === 0 ? random.below(CONFIG_SIZE - width) : at + random.below(SPAN);
    const value = random.pick([0, 1, 2, 0x8000_0000, random.word()], 0);
    if (random.below(2) === 0) {
      this.#device.read(offset, width);
    } else {
      this.#device.write(offset, value, width);
    }
  }
}

function wordsOf(id: DoeObjectId, payload: Uint8Array): number[] {
  const object = encodeObject(id, payload);
  const view = new DataView(object.buffer, object.byteOffset, object.byteLength);
  return Array.from({ length: object.length / 4 }, (_, word) => view.getUint32(word * 4, true));
}

function first<T>(list: readonly T[]): T {
  const [one] = list;
  if (one === undefined) {
    throw new Error('nothing is declared');
  }
  return one;
}
