import { closeSync } from 'node:fs';
import { DeviceMemory, Region, absent, type DeviceModel } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import {
  VFIO_USER_DEVICE_GET_INFO as GET_INFO,
  VFIO_USER_DEVICE_GET_IRQ_INFO as GET_IRQ_INFO,
  VFIO_USER_DEVICE_GET_REGION_INFO as GET_REGION_INFO,
  VFIO_USER_DEVICE_RESET as RESET,
  VFIO_USER_DEVICE_SET_IRQS as SET_IRQS,
  VFIO_USER_DMA_MAP as DMA_MAP,
  VFIO_USER_DMA_UNMAP as DMA_UNMAP,
  VFIO_USER_REGION_READ as REGION_READ,
  VFIO_USER_REGION_WRITE as REGION_WRITE,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { EventFds } from '../irqs/eventfds.test-support.js';
import {
  fields,
  readPayload,
  writePayload,
  type RawClient,
  type RawMessage,
} from '../raw-client.test-support.js';
import { openServer, rustVmm, type ServerBench } from '../server-bench.test-support.js';
import { openDescriptors, settled } from './session.test-support.js';

const INTX = 0;
const MSIX = 2;
const ERR = 3;
const CONFIG = 7;
const VECTORS = 20;

const BIND = 4 | 32;
const DISABLE = 1 | 32;
const MASK = 1 | 8;
const UNMASK = 1 | 16;
const RESAMPLE = 4 | 16;

/** What QEMU proposes (hw/vfio-user/proxy.c, vfio_user_validate_version). */
const qemu = {
  pgsizes: 4096,
  max_msg_fds: 16,
  max_dma_maps: 65535,
  max_data_xfer_size: 1048576,
  migration: { max_bitmap_size: 268435456, pgsize: 4096 },
  write_multiple: true,
};

/** A PCI function as QEMU wants it: a BAR with two areas to map, configuration space, and every kind of interrupt. */
class Machine implements AsyncDisposable {
  readonly bench: ServerBench;
  readonly client: RawClient;
  readonly ram = SharedMemory.create(0x20_0000);
  readonly #bar: SharedMemory;

  private constructor(bench: ServerBench, client: RawClient, bar: SharedMemory) {
    this.bench = bench;
    this.client = client;
    this.#bar = bar;
  }

  static async open(capabilities: object, minor = 0, resizable = false): Promise<Machine> {
    const bar = SharedMemory.create(0x4000);
    const bench = await openServer({}, pciModel(bar, resizable));
    return new Machine(bench, bench.open(capabilities, minor), bar);
  }

  /** Sends a command and waits for its reply, which a reset may delay. */
  async ask(
    command: number,
    payload?: Uint8Array,
    fds: readonly number[] = [],
  ): Promise<RawMessage> {
    this.client.send(command, payload, { fds });
    for (let turn = 0; turn < 5; turn++) {
      this.bench.pump();
      const reply = this.client.receive();
      if (reply !== undefined) {
        return reply;
      }
      await settled();
    }
    throw new Error(`no reply to command ${command}`);
  }

  /** The same, of a command that must succeed. */
  async must(command: number, payload?: Uint8Array, fds?: readonly number[]): Promise<Uint8Array> {
    const reply = await this.ask(command, payload, fds);
    reply.fds.forEach((fd) => {
      closeSync(fd);
    });
    expect([reply.flags, reply.errno], `command ${command}`).to.deep.equal([1, 0]);
    return reply.payload;
  }

  irqs(
    flags: number,
    index: number,
    start: number,
    count: number,
    fds?: readonly number[],
  ): Promise<Uint8Array> {
    return this.must(SET_IRQS, fields(20, flags, index, start, count), fds);
  }

  map(iova: bigint, size: bigint, flags: number, offset?: bigint): Promise<Uint8Array> {
    const fds = offset === undefined ? [] : [this.ram.fd];
    return this.must(DMA_MAP, fields(32, flags, offset ?? 0n, iova, size), fds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench[Symbol.asyncDispose]();
    this.ram[Symbol.dispose]();
    this.#bar[Symbol.dispose]();
  }
}

function pciModel(bar: SharedMemory, resizable: boolean): Partial<DeviceModel> {
  const area = (offset: number): DeviceMemory =>
    new DeviceMemory(0x1000, { shared: bar, sharedOffset: offset });
  const bar0 = new Region({
    name: 'bar0',
    size: 0x4000,
    ranges: [
      { kind: 'memory', offset: 0x1000, memory: area(0x1000), mmap: true },
      { kind: 'memory', offset: 0x3000, memory: area(0x3000), mmap: true },
    ],
  });
  const memory = new DeviceMemory(4096);
  const config = new Region({
    name: 'config',
    size: 4096,
    bounds: 'fault',
    ranges: [{ kind: 'memory', offset: 0, memory }],
  });
  const nothing = undefined;
  return {
    regions: [bar0, nothing, nothing, nothing, nothing, nothing, nothing, config, absent],
    irqs: [
      { kind: 'level', name: 'intx', count: 1 },
      { kind: 'message', name: 'msi', count: 4, resizable: false },
      { kind: 'message', name: 'msix', count: VECTORS, resizable },
      { kind: 'signal', name: 'err', count: 1, role: 'error' },
      { kind: 'signal', name: 'req', count: 1, role: 'request' },
    ],
    reset: () => undefined,
  };
}

async function realize(machine: Machine, eventfds: EventFds): Promise<void> {
  // Sent one after the other, without waiting.
  const { client, ram } = machine;
  const ids = [
    client.send(DMA_MAP, fields(32, 3, 0n, 0n, 0x20_0000n), { fds: [ram.fd] }),
    client.send(DMA_MAP, fields(32, 1, 0n, 0xfffc_0000n, 0x4_0000n)),
    client.send(GET_INFO, fields(16, 0, 0, 0)),
  ];
  const replies = ids.map(() => {
    machine.bench.pump();
    return client.expect();
  });
  expect(replies.map(({ id, errno }) => [id, errno])).to.deep.equal(ids.map((id) => [id, 0]));
  expect(replies[2]?.payload).to.deep.equal(fields(16, 3, 9, 5));
  for (const index of [0, 1, 2, 3, 4, 5, CONFIG]) {
    const first = await machine.must(GET_REGION_INFO, fields(32, 0, index, 0, 0n, 0n));
    const argsz = new DataView(first.buffer, first.byteOffset).getUint32(0, true);
    if (argsz > 32) {
      const whole = await machine.ask(GET_REGION_INFO, fields(argsz, 0, index, 0, 0n, 0n));
      expect([whole.payload.length, whole.fds.length]).to.deep.equal([argsz, 1]);
      whole.fds.forEach((fd) => {
        closeSync(fd);
      });
    }
  }
  expect(await machine.must(GET_IRQ_INFO, fields(16, 0, ERR, 0))).to.deep.equal(
    fields(16, 9, ERR, 1),
  );
  await machine.must(REGION_READ, readPayload(CONFIG, 0, 4096));
  await machine.must(REGION_WRITE, writePayload(CONFIG, 0x30, Uint8Array.of(0, 0xf8, 0xff, 0xff)));
  await machine.must(GET_IRQ_INFO, fields(16, 0, MSIX, 0));
  await machine.irqs(BIND, INTX, 0, 1, [eventfds.fds[0] ?? -1]);
  await machine.irqs(BIND, ERR, 0, 1, [eventfds.fds[1] ?? -1]);
}

/** system_reset: a client that leaves its BARs mapped as peer memory takes them away first. */
async function reset(machine: Machine, eventfds: EventFds): Promise<void> {
  await machine.irqs(DISABLE, INTX, 0, 0);
  await machine.must(REGION_WRITE, writePayload(CONFIG, 4, Uint8Array.of(0, 0)));
  await machine.must(RESET);
  await machine.irqs(BIND, INTX, 0, 1, [eventfds.fds[0] ?? -1]);
}

describe('what QEMU does, over a socket (hw/vfio-user/*.c, hw/vfio/pci.c)', () => {
  it('qemu realize: every message until the guest starts, and the reset of the machine, succeeds', async () => {
    await using machine = await Machine.open(qemu);
    using eventfds = new EventFds(2);
    await realize(machine, eventfds);
    await reset(machine, eventfds);
    machine.bench.endpoint.irqs.assert(INTX);
    expect(eventfds.take()).to.deep.equal([1, 0]);
    machine.bench.endpoint.dma.write(0x1000, Uint8Array.of(42));
    expect(machine.ram.view(0x1000, 1)?.[0]).to.equal(42);
  });

  it('qemu firmware: the one map of all RAM becomes four, with and without descriptors', async () => {
    await using machine = await Machine.open(qemu);
    await machine.map(0n, 0x20_0000n, 3, 0n);
    const unmap = fields(24, 0, 0n, 0x20_0000n);
    expect(await machine.must(DMA_UNMAP, unmap)).to.deep.equal(unmap);
    await machine.map(0n, 0xc_0000n, 3, 0n);
    await machine.map(0xc_0000n, 0x2_0000n, 1);
    await machine.map(0xe_0000n, 0x2_0000n, 1);
    await machine.map(0x10_0000n, 0x10_0000n, 3, 0x10_0000n);
    machine.bench.endpoint.dma.write(0x10_0000, Uint8Array.of(9));
    expect(machine.ram.view(0x10_0000, 1)?.[0]).to.equal(9);
  });

  it('qemu peer memory: its mmapped BAR areas come as maps without a descriptor, and go on reset', async () => {
    await using machine = await Machine.open(qemu);
    for (const iova of [0xfe00_1000n, 0xfe00_3000n]) {
      await machine.map(iova, 0x1000n, 3);
    }
    for (const iova of [0xfe00_1000n, 0xfe00_3000n]) {
      await machine.must(DMA_UNMAP, fields(24, 0, iova, 0x1000n));
    }
    expect(machine.bench.endpoint.dmaPlane.space.mapCount).to.equal(0);
  });

  for (const resizable of [false, true]) {
    const kind = resizable ? 'that can grow' : 'with NORESIZE';
    it(`qemu msix enable: ${kind}, INTx off, 20 vectors in runs of 8, 8 and 4, all signalled (vfio_msix_enable)`, async () => {
      await using machine = await Machine.open(qemu, 0, resizable);
      using eventfds = new EventFds(VECTORS + 2);
      await realize(machine, eventfds);
      eventfds.take();
      await machine.irqs(DISABLE, INTX, 0, 0);
      if (resizable) {
        // One vector without an eventfd first, so that later ones are added to an index that is enabled.
        await machine.irqs(BIND, MSIX, 0, 1);
      }
      const fds = eventfds.fds.slice(2);
      for (const [start, end] of [
        [0, 8],
        [8, 16],
        [16, 20],
      ] as const) {
        await machine.irqs(BIND, MSIX, start, end - start, fds.slice(start, end));
      }
      for (let vector = 0; vector < VECTORS; vector++) {
        expect(machine.bench.endpoint.irqs.trigger(MSIX, vector)).to.equal(true);
      }
      expect(eventfds.take()).to.deep.equal([0, 0, ...new Array<number>(VECTORS).fill(1)]);
    });
  }

  it('qemu msix mask: with KVM a vector changes its eventfd, all are taken back one by one, and INTx returns', async () => {
    await using machine = await Machine.open(qemu);
    using eventfds = new EventFds(5);
    await realize(machine, eventfds);
    await machine.irqs(DISABLE, INTX, 0, 0);
    await machine.irqs(BIND, MSIX, 0, 2, eventfds.fds.slice(2, 4));
    const before = openDescriptors();
    await machine.irqs(BIND, MSIX, 1, 1, eventfds.fds.slice(4));
    machine.bench.endpoint.irqs.trigger(MSIX, 1);
    expect(eventfds.take()).to.deep.equal([0, 0, 0, 0, 1]);
    await machine.irqs(BIND, MSIX, 1, 1, eventfds.fds.slice(3, 4));
    expect(openDescriptors()).to.equal(before);
    await machine.irqs(BIND, MSIX, 0, 1);
    await machine.irqs(BIND, MSIX, 1, 1);
    await machine.irqs(DISABLE, MSIX, 0, 0);
    expect(openDescriptors()).to.equal(before - 2);
    await machine.irqs(BIND, INTX, 0, 1, eventfds.fds.slice(0, 1));
    expect(machine.bench.endpoint.irqs.trigger(INTX)).to.equal(true);
  });

  it('qemu intx: with KVM mask, resample, unmask, twice, as the guest moves the line (vfio_intx_enable_kvm)', async () => {
    await using machine = await Machine.open(qemu);
    using eventfds = new EventFds(4);
    await realize(machine, eventfds);
    const before = openDescriptors();
    for (const resample of [2, 3]) {
      await machine.irqs(MASK, INTX, 0, 1);
      await machine.irqs(RESAMPLE, INTX, 0, 1, [eventfds.fds[resample] ?? -1]);
      await machine.irqs(UNMASK, INTX, 0, 1);
    }
    machine.bench.endpoint.irqs.assert(INTX);
    expect(eventfds.take()).to.deep.equal([1, 0, 0, 0]);
    await machine.irqs(DISABLE, INTX, 0, 0);
    expect(openDescriptors()).to.be.lessThan(before);
  });

  it('qemu gone: nothing of the client stays, the device keeps its state, and the next one starts over', async () => {
    await using machine = await Machine.open(qemu);
    using eventfds = new EventFds(2);
    const { bench, client } = machine;
    const before = openDescriptors();
    await machine.must(REGION_WRITE, writePayload(CONFIG, 0x40, Uint8Array.of(0x5a)));
    await realize(machine, eventfds);
    client.stream.shutdown();
    bench.pump();
    await settled();
    expect(bench.endpoint.irqs.trigger(INTX)).to.equal(false);
    expect(bench.endpoint.dmaPlane.space.mapCount).to.equal(0);
    expect(openDescriptors(), 'the connection is closed, too').to.equal(before - 1);
    const next = bench.open(qemu);
    next.send(DMA_MAP, fields(32, 3, 0n, 0n, 0x20_0000n), { fds: [machine.ram.fd] });
    bench.pump();
    expect(next.expect().errno).to.equal(0);
    const { payload } = next.ask(bench.pump, REGION_READ, readPayload(CONFIG, 0x40, 1));
    expect(payload.at(-1)).to.equal(0x5a);
  });
});

describe('what Cloud Hypervisor does, over a socket (rust-vmm/vfio, vfio-user/src/lib.rs, Client)', () => {
  it('rust-vmm: regions, reset, 16 eventfds whatever max_msg_fds says, and maps of files', async () => {
    await using machine = await Machine.open(rustVmm, 1);
    using eventfds = new EventFds(16);
    expect(await machine.must(GET_INFO, fields(16, 0, 0, 0))).to.deep.equal(fields(16, 3, 9, 5));
    for (let index = 0; index < 9; index++) {
      const info = await machine.must(GET_REGION_INFO, fields(1024, 0, index, 0, 0n, 0n));
      const argsz = new DataView(info.buffer, info.byteOffset).getUint32(0, true);
      expect(argsz, 'argsz is what came').to.equal(info.length);
    }
    await machine.must(RESET);
    await machine.must(REGION_READ, readPayload(CONFIG, 0, 4));
    await machine.irqs(BIND, MSIX, 0, 16, eventfds.fds);
    machine.bench.endpoint.irqs.trigger(MSIX, 15);
    expect(eventfds.take().at(-1)).to.equal(1);
    await machine.map(0n, 0x20_0000n, 3, 0n);
    const unmap = fields(24, 0, 0n, 0x20_0000n);
    expect(await machine.must(DMA_UNMAP, unmap)).to.deep.equal(unmap);
  });
});
