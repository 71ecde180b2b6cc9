import { ManualClock } from '@mdevkit/core';
import {
  PCI_DOE_CTRL_ABORT,
  PCI_DOE_CTRL_GO,
  PCI_DOE_STATUS_BUSY,
  PCI_DOE_STATUS_DATA_OBJECT_READY,
  PCI_DOE_STATUS_ERROR,
} from '@mdevkit/uapi';
import { discoveryId, encodeObject, type DoeObjectId } from '../../abi/object/index.js';
import { recording } from '../exchange/exchange-bench.test-support.js';
import type { DoeInstanceSpec, DoeLimits } from '../feature/index.js';
import { hexOf } from '../feature/scripted-feature.test-support.js';
import type { DoeInstance } from './doe-instance.js';
import { DoeInstances } from './doe-instances.js';

/** DOE Capabilities, and the registers of each as a guest drives them. */
export class SetBench implements Disposable {
  readonly clock = new ManualClock();
  readonly errors: string[] = [];
  readonly messages: number[] = [];
  readonly instances: DoeInstances;

  constructor(specs: readonly DoeInstanceSpec[], limits: Partial<DoeLimits> = {}) {
    this.instances = new DoeInstances(specs, {
      clock: this.clock,
      logger: recording(this.errors),
      vectors: 8,
      message: (vector) => {
        this.messages.push(vector);
      },
      limits,
    });
  }

  instance(at = 0x140): DoeInstance {
    const instance = this.instances.at(at);
    if (instance === undefined) {
      throw new Error('no instance');
    }
    return instance;
  }

  /** Writes an object, and Go. */
  send(id: DoeObjectId, payload: readonly number[] = [1, 2, 3, 4], at = 0x140): void {
    const { mailbox } = this.instance(at);
    const object = encodeObject(id, Uint8Array.from(payload));
    const view = new DataView(object.buffer);
    for (let offset = 0; offset < object.length; offset += 4) {
      mailbox.writeMailbox(view.getUint32(offset, true));
    }
    mailbox.writeControl((mailbox.readControl() | PCI_DOE_CTRL_GO) >>> 0);
  }

  abort(at = 0x140): void {
    this.instance(at).mailbox.writeControl(PCI_DOE_CTRL_ABORT);
  }

  /** `idle`, `busy`, `error` or `ready`. */
  status(at = 0x140): string {
    const status = this.instance(at).mailbox.readStatus();
    if ((status & PCI_DOE_STATUS_ERROR) !== 0) {
      return 'error';
    }
    if ((status & PCI_DOE_STATUS_DATA_OBJECT_READY) >>> 0 !== 0) {
      return 'ready';
    }
    return (status & PCI_DOE_STATUS_BUSY) === 0 ? 'idle' : 'busy';
  }

  /** Reads and acknowledges a response; its payload in hex. */
  drain(at = 0x140): string {
    const { mailbox } = this.instance(at);
    const words: number[] = [];
    while (this.status(at) === 'ready') {
      words.push(mailbox.readMailbox());
      mailbox.acknowledge();
    }
    return hexOf(new Uint8Array(Uint32Array.from(words).buffer)).slice(16);
  }

  /** What the registers are shown, as `vendor:type`. */
  discovered(at = 0x140): string[] {
    const found: string[] = [];
    let index = 0;
    do {
      this.send(discoveryId, [index, 2, 0, 0], at);
      const word = Buffer.from(this.drain(at), 'hex').readUInt32LE(0);
      found.push(`${(word & 0xffff).toString(16)}:${(word >>> 16) & 0xff}`);
      index = word >>> 24;
    } while (index !== 0);
    return found;
  }

  [Symbol.dispose](): void {
    this.instances[Symbol.dispose]();
  }
}
