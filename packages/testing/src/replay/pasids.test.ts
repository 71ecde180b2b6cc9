import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  AddressSpace,
  defineDriver,
  ManualClock,
  MdevHost,
  type Region,
  registerLayout,
  registerRegion,
  write32,
  type Device,
} from '@mdevkit/core';
import { memorySink, parseRecording, Recorder, type Recording } from '../record/index.js';
import { replayInto } from './replay.js';

const layout = registerLayout('writer', 8, [{ name: 'GO', offset: 0, width: 4, access: 'rw' }]);
const writer = { parent: 'writer0', type: 'writer-one' };

/** A device that writes a byte where it is told to, in its client's own memory; of 4 PASIDs. */
function writerDriver(value = 7): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'writer',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'writer0', capacity: 2, iommu: { pasidBits: 2 } }],
    model: ({ dma }) => {
      const GO = {
        write: (target: number): void => {
          dma.write(target, Uint8Array.of(value));
        },
      };
      const registers: Region = registerRegion('registers', layout.instantiate({ GO }));
      return {
        deviceApi: 'vfio-platform',
        regions: [registers],
        irqs: [],
        drainPasid: () => undefined,
        releasePasid: () => undefined,
      };
    },
  });
}

/** Four sessions, of which the first binds; `others` are opened before it, and take PASIDs. */
async function record(others = 0): Promise<Recording> {
  const sinks: ReturnType<typeof memorySink>[] = [];
  {
    const open = () => {
      const sink = memorySink();
      sinks.push(sink);
      return sink;
    };
    await using host = new MdevHost({
      clock: new ManualClock(),
      interposers: [new Recorder({ open })],
    });
    await host.load(writerDriver());
    const opened: Device[] = [];
    for (let other = 0; other < others; other += 1) {
      opened.push(await host.open((await host.create(writer)).uuid));
    }
    const { uuid } = await host.create(writer);
    for (let session = 0; session < 4; session += 1) {
      await using device = await host.open(uuid);
      await device.dmaMap({ iova: 0, memory: new Uint8Array(4096) });
      if (session === 0) {
        const binding = await device.bind(new AddressSpace());
        await binding.unbind();
      }
      await write32(device, 0, 0, 0x10);
    }
    await Promise.all(opened.map((device) => device.close()));
  }
  return parseRecording(sinks.at(-1)?.bytes ?? new Uint8Array(0));
}

async function texts(recording: Recording, value?: number): Promise<readonly string[]> {
  await using host = new MdevHost({ clock: new ManualClock() });
  await host.load(writerDriver(value));
  const { differences } = await replayInto(recording, host, {}, { waitMs: 0 });
  return differences.map(({ text }) => text);
}

describe('PASIDs of a replay (own rule; docs/reference/recording.md)', () => {
  it('row: PASIDs: the device gives others than it gave, and an unbind is of the one that was bound', async () => {
    const recording = await record(1);
    const bound = recording.entries.find(({ kind }, index) => {
      const call = recording.entries[index - 1];
      return kind === 'answer' && call?.kind === 'call' && call.call === 'bind';
    });
    expect(bound).to.have.nested.property('answer.value', 3);
    expect(await texts(recording)).to.deep.equal([]);
  });

  it('row: PASIDs: an unbind of what was never bound is told, and left out', async () => {
    const recording = await record();
    const entries = recording.entries.map((entry) =>
      entry.kind === 'call' && entry.call === 'unbind' ? { ...entry, args: { pasid: 9 } } : entry,
    );
    expect(await texts({ ...recording, entries })).to.deep.equal([
      'unbind pasid 9: nothing was bound to this PASID',
    ]);
  });

  it('row: PASIDs: one that was another address space and is the device’s own later is compared again', async () => {
    const recording = await record();
    const own = recording.entries.flatMap((entry) => (entry.kind === 'dma' ? [entry.pasid] : []));
    // There are three: the device has the one in a later session that was bound in the first.
    expect(new Set(own).has(2)).to.equal(true);
    const found = await texts(recording, 9);
    expect(found).to.have.length(4);
    expect(new Set(found)).to.deep.equal(
      new Set(['write registers.GO = 0x00000010: memory at 0x10: expected 0x07, got 0x09']),
    );
  });
});
