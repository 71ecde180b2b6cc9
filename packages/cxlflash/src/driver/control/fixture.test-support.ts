import {
  ManualClock,
  MdevHost,
  MdevError,
  type CallResult,
  type Control,
  type Device,
} from '@mdevkit/core';
import { PCI_COMMAND, READ_16, SislIoarcb, SislIoasa, WRITE_16 } from '@mdevkit/uapi';
import {
  ATTACH_READ,
  ATTACH_WRITE,
  ContextClass,
  HostRegister,
  ResourceClass,
} from '../../abi/index.js';
import { settled } from '../../settled.test-support.js';
import { cxlflashDriver } from '../driver.js';
import { HeldStore } from '../held-store.test-support.js';
import { FlashParent } from '../parent/index.js';

/** `EINVAL cxlflash.context` and the like; `none` if nothing is thrown. */
export async function refusal(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'none';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}

/** VFIO_PCI_CONFIG_REGION_INDEX, and what enables memory and DMA. */
const CONFIG = 7;
const ENABLE = 6;
export const MEMORY = 0x10_0000;

/** A host with a slice of 8 contexts that a client has open, and the client's memory. */
export class Fixture implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly stores: readonly HeldStore[] = [new HeldStore(1024), new HeldStore(64, 512)];
  readonly flash = new FlashParent({ disks: this.stores.map((store) => ({ store })) });
  readonly host = new MdevHost({ clock: this.clock });
  readonly memory = new Uint8Array(0x10_0000);
  readonly #devices: Device[] = [];
  readonly #controls: Control[] = [];
  uuid = '';

  static async make(): Promise<Fixture> {
    const fixture = new Fixture();
    const parents = [{ name: 'flash0', contexts: 1024, flash: fixture.flash }];
    await fixture.host.load(
      cxlflashDriver({ parents, slices: [8, 1024], limits: { drainMs: 100 } }),
    );
    const { uuid } = await fixture.host.create({ parent: 'flash0', type: 'cxlflash-8c' });
    fixture.uuid = uuid;
    await fixture.open();
    return fixture;
  }

  get device(): Device {
    return last(this.#devices);
  }

  get control(): Control {
    return last(this.#controls);
  }

  async open(): Promise<void> {
    this.#devices.push(await this.host.open(this.uuid));
    await this.device.dmaMap({ iova: MEMORY, memory: this.memory });
    await this.enable();
    this.#controls.push(await this.device.control());
  }

  /** Memory space and bus mastering. */
  async enable(): Promise<void> {
    await this.device.write(CONFIG, PCI_COMMAND, Uint8Array.of(ENABLE, 0));
  }

  attach(
    options: { readonly lun?: number; readonly pasid?: number; readonly control?: Control } = {},
  ): Promise<Attached> {
    const { lun = 0, pasid, control = this.control } = options;
    return control.call(ContextClass, 'attach', {
      lun,
      flags: ATTACH_READ | ATTACH_WRITE,
      numInterrupts: 4,
      pasid,
    });
  }

  async direct(context: Attached, lun = 0): Promise<Direct> {
    return this.control.call(ResourceClass, 'userDirect', {
      context: context.handle,
      contextId: context.contextId,
      lun,
    });
  }

  async setRegister(
    context: Attached,
    register: keyof typeof HostRegister,
    value: bigint,
  ): Promise<void> {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value);
    await this.device.write(0, Number(context.mmioOffset) + HostRegister[register], bytes);
  }

  async register(context: Attached, register: keyof typeof HostRegister): Promise<bigint> {
    const bytes = new Uint8Array(8);
    await this.device.read(0, Number(context.mmioOffset) + HostRegister[register], bytes);
    return new DataView(bytes.buffer).getBigUint64(0);
  }

  /** One block at 0x2000 of the memory, from or to a block of a disk; answers what the response says. */
  async transfer(
    context: Attached,
    resource: { readonly rsrcHandle: number },
    lba: number,
    isWrite: boolean,
    memory = this.memory,
  ): Promise<number> {
    await this.setRegister(context, 'RRQ_START', BigInt(MEMORY));
    await this.setRegister(context, 'RRQ_END', BigInt(MEMORY + 8 * 15));
    const cdb = new Uint8Array(16);
    cdb[0] = isWrite ? WRITE_16 : READ_16;
    cdb[9] = lba;
    cdb[13] = 1;
    SislIoarcb.encode(
      {
        ctx_id: Number(context.contextId & 0xffffn),
        req_flags: isWrite ? 0x8001 : 0x8000,
        res_hndl: resource.rsrcHandle,
        data_len: context.blockSize,
        data_ea: BigInt(MEMORY + 0x2000),
        msi: 2,
        cdb,
      },
      memory,
      0x1000,
    );
    memory.fill(0xff, 0x1040, 0x1080);
    await this.setRegister(context, 'IOARRIN', BigInt(MEMORY + 0x1000));
    await settled();
    return SislIoasa.decode(memory, 0x1040).ioasc;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.stores) {
      store.letGo();
    }
    await Promise.all(this.#controls.map((control) => control.close()));
    await Promise.all(this.#devices.map((device) => device.close()));
    await this.host.close();
    this.flash[Symbol.dispose]();
  }
}

function last<T>(items: readonly T[]): T {
  const item = items.at(-1);
  if (item === undefined) {
    throw new RangeError('the device is not open');
  }
  return item;
}

export type Attached = CallResult<typeof ContextClass, 'attach'>;
export type Direct = CallResult<typeof ResourceClass, 'userDirect'>;
