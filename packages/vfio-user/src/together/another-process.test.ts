import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bindIrqs, irqCallback, read32, write32, write64 } from '@mdevkit/core';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { VfioUserDevice } from '../client/index.js';
import { benchRegisters, MEMORY_OFFSET, VECTOR_INDEX } from './bench-model.test-support.js';
import { outcome, SocketPath } from './both-ways.test-support.js';

const PAGE = 4096;
const REGISTERS = 0;
const program = fileURLToPath(new URL('served-bench.test-support.js', import.meta.url));
const at = (name: Parameters<typeof benchRegisters.offsetOf>[0]): number =>
  benchRegisters.offsetOf(name);

describe('a device that another process serves (docs/interop/vfio-user.rst)', () => {
  let child: ChildProcess;
  let socket: SocketPath;

  before(async () => {
    socket = new SocketPath();
    child = fork(program, [socket.path], { stdio: 'inherit' });
    await once(child, 'message');
  });

  after(async () => {
    const gone = once(child, 'exit');
    child.disconnect();
    const [code] = (await gone) as [number | null];
    socket[Symbol.dispose]();
    expect(code).to.equal(0);
  });

  it('works on memory of this process that has no descriptor, while a write of ours waits (twin_socket)', async () => {
    await using device = await VfioUserDevice.connect(socket.path);
    expect(device.server.twinSocket).to.equal(true);
    const [source, target] = [new Uint8Array(PAGE), new Uint8Array(PAGE)];
    source.fill(0x77, 10, 20);
    await device.dmaMap({ iova: 0x1000, memory: source, write: false });
    await device.dmaMap({ iova: 0x2000, memory: target });
    await write64(device, REGISTERS, at('SOURCE'), 0x1000n);
    await write64(device, REGISTERS, at('TARGET'), 0x2000n);
    await write32(device, REGISTERS, at('LENGTH'), 30);
    await write32(device, REGISTERS, at('COPY'), 1);
    expect(target).to.deep.equal(source);
    await write64(device, REGISTERS, at('TARGET'), 0x1000n);
    expect(await outcome(write32(device, REGISTERS, at('COPY'), 1))).to.equal('EFAULT');
    expect(await device.dmaUnmap(0, 0x10000)).to.equal(2 * PAGE);
  });

  it('shares its memory and signals interrupts', async () => {
    await using device = await VfioUserDevice.connect(socket.path, { polling: { maxSpins: 1000 } });
    using mapping = await device.mmap(1, MEMORY_OFFSET, PAGE);
    mapping.bytes[5] = 55;
    const back = new Uint8Array(1);
    await device.read(1, MEMORY_OFFSET + 5, back);
    expect(back[0]).to.equal(55);
    let wake = (): void => undefined;
    const fired = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await bindIrqs(device, VECTOR_INDEX, [irqCallback(() => wake())]);
    await write32(device, REGISTERS, at('FIRE'), 0);
    await fired;
  });

  it('answers a client that never lets go of the processor for long (own rule: timers and sockets have their turn)', async () => {
    await using device = await VfioUserDevice.connect(socket.path, {
      polling: { maxSpins: 100_000 },
    });
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 0);
    for (let i = 0; i < 2000; i++) {
      expect(await read32(device, REGISTERS, at('ID'))).to.equal(0xbe9c4);
    }
    clearInterval(ticking);
    expect(turns).to.be.greaterThan(0);
  });
});
