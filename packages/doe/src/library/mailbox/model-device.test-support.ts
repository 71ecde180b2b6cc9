import {
  PCI_DOE_CTRL,
  PCI_DOE_CTRL_ABORT,
  PCI_DOE_CTRL_GO,
  PCI_DOE_READ,
  PCI_DOE_STATUS,
  PCI_DOE_STATUS_BUSY,
  PCI_DOE_STATUS_DATA_OBJECT_READY,
  PCI_DOE_STATUS_ERROR,
  PCI_DOE_WRITE,
  PCI_EXT_CAP_ID_DOE,
  pciExtCapHeader,
} from '@mdevkit/uapi';
import {
  decodeDiscoveryRequest,
  discoveryId,
  encodeDiscoveryResponse,
  encodeObject,
  featureKey,
  readObjectHeader,
  type DoeObjectId,
} from '../../abi/object/index.js';
import type { ConfigAccess } from '../access/index.js';

/** Answers a payload; undefined sets the Error bit. */
export type ModelHandler = (payload: Uint8Array) => Uint8Array | undefined;

/** Where the model has its DOE Capability. */
export const AT = 0x140;

/** What it answers besides discovery, in this order. */
export const echoId: DoeObjectId = { vendor: 0x1af4, type: 0x10 };
export const otherId: DoeObjectId = { vendor: 0x1e98, type: 0x02 };

/**
 * A device with one DOE Capability at {@link AT}, by the letter of PCI Express Base Specification 6.0, section 6.30: an object whose
 * length lies is dropped in silence, one that nobody answers is an error. Writes down every access as `R0c` or `W10=1`, offsets
 * from the capability. What goes wrong is set from outside.
 */
export class ModelDevice implements ConfigAccess {
  readonly log: string[] = [];
  readonly handlers = new Map<number, ModelHandler>();
  /** Shows Busy while this is more than zero; counts down with every look. */
  busyLooks = 0;
  /** Shows no response while this is more than zero, though there is one. */
  lateLooks = 0;
  isStuckBusy = false;
  isGone = false;
  isError = false;
  /** Changes the words of a response before it is ready. */
  onResponse: (words: number[]) => number[] = (words) => words;
  /** Sees each access before it happens; what it throws the access throws. */
  onAccess: (count: number) => void = () => undefined;
  accesses = 0;
  readonly #written: number[] = [];
  #response: number[] = [];
  #taken = 0;

  constructor(readonly version: 1 | 2 = 2) {
    this.handlers.set(featureKey(echoId), (payload) => payload.slice());
    this.handlers.set(featureKey(otherId), (payload) => payload.map((byte) => ~byte));
    this.handlers.set(featureKey(discoveryId), (payload) => this.discover(payload));
  }

  /** Words of the response that nobody has taken. */
  get left(): number {
    return this.#response.length - this.#taken;
  }

  /** Words of an object that nobody has sent. */
  get assembled(): number {
    return this.#written.length;
  }

  read32(offset: number): number {
    this.onAccess(++this.accesses);
    if (this.isGone) {
      this.#note(`R${hex(offset - AT)}`);
      return 0xffff_ffff;
    }
    if (offset < AT) {
      return offset === 0x100 ? pciExtCapHeader({ id: 3, version: 1, next: AT }) : 0x11001af4;
    }
    this.#note(`R${hex(offset - AT)}`);
    switch (offset - AT) {
      case 0:
        return pciExtCapHeader({ id: PCI_EXT_CAP_ID_DOE, version: this.version, next: 0 });
      case PCI_DOE_STATUS:
        return this.#status();
      case PCI_DOE_READ:
        return this.#response[this.#taken] ?? 0;
      default:
        return 0;
    }
  }

  write32(offset: number, value: number): void {
    this.onAccess(++this.accesses);
    this.#note(`W${hex(offset - AT)}=${hex(value)}`);
    switch (offset - AT) {
      case PCI_DOE_CTRL:
        this.#control(value);
        break;
      case PCI_DOE_WRITE:
        this.#written.push(value);
        break;
      case PCI_DOE_READ:
        this.#taken = Math.min(this.#taken + 1, this.#response.length);
        break;
    }
  }

  discover(payload: Uint8Array): Uint8Array | undefined {
    const { index } = decodeDiscoveryRequest(payload) ?? { index: 0 };
    const ids = [discoveryId, echoId, otherId];
    const id = ids[index] ?? { vendor: 0xffff, type: 0xff };
    return encodeDiscoveryResponse({ ...id, next: index < ids.length - 1 ? index + 1 : 0 });
  }

  #note(access: string): void {
    if (this.log.length < 100_000) {
      this.log.push(access);
    }
  }

  #status(): number {
    let status = this.isError ? PCI_DOE_STATUS_ERROR : 0;
    if (this.isStuckBusy || this.busyLooks > 0) {
      this.busyLooks--;
      status |= PCI_DOE_STATUS_BUSY;
    }
    if (this.left > 0 && --this.lateLooks < 0) {
      status |= PCI_DOE_STATUS_DATA_OBJECT_READY;
    }
    return status >>> 0;
  }

  #control(value: number): void {
    if ((value & PCI_DOE_CTRL_ABORT) !== 0) {
      this.isError = false;
      this.#written.length = 0;
      this.#response = [];
      this.#taken = 0;
    } else if ((value & PCI_DOE_CTRL_GO) !== 0) {
      this.#go(this.#written.splice(0));
    }
  }

  #go(words: number[]): void {
    const [first = 0, second = 0, ...payload] = words;
    const header = readObjectHeader(first, second);
    if (header.length !== words.length) {
      return;
    }
    const handler = this.handlers.get(featureKey(header));
    const answer = handler?.(new Uint8Array(Uint32Array.from(payload).buffer));
    if (answer === undefined) {
      this.isError = true;
      return;
    }
    const object = encodeObject(header, answer);
    this.#taken = 0;
    this.#response = this.onResponse([...new Uint32Array(object.buffer)]);
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
