import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../clock/index.js';
import { bindIrqs, read32, write32 } from '../device/index.js';
import { RecordingLogger } from '../device/recording-logger.test-support.js';
import { defineDriver, MdevHost, type MdevHostOptions } from '../driver/index.js';
import { failure } from '../errors/index.js';
import { outcome } from '../driver/host.test-support.js';
import type { DeviceEvent } from '../event/index.js';
import { irqCallback } from '../irq/index.js';
import type { ObjectEvents } from '../event/index.js';
import { createObject, destroyObject, implement, method, objectClass } from '../object/index.js';
import { registerLayout, registerRegion } from '../region/index.js';
import type { ClientCall } from './client-call.js';
import type { Interposer } from './interposer.js';

const registers = registerLayout('bell', 0x10, [
  { name: 'RING', offset: 0, width: 4, access: 'rw' },
]);

/** What a test wants to know of the end of a model. */
let disposed = (): void => undefined;

/** Rings when it is written to; a write of 9 reads memory that is not there. */
const bellDriver = defineDriver({
  name: 'bell',
  deviceApi: 'vfio-platform',
  types: [{ id: 'one' }],
  parents: [{ name: 'bell0', capacity: 1 }],
  model: ({ irqs, dma }) => ({
    deviceApi: 'vfio-platform',
    regions: [
      registerRegion(
        'registers',
        registers.instantiate({
          RING: {
            write: (value) => {
              irqs.trigger(0);
              if (value === 9) {
                dma.read(0, new Uint8Array(4));
              }
            },
          },
        }),
      ),
    ],
    irqs: [{ kind: 'message', name: 'bell', count: 1, resizable: false }],
    reset: () => undefined,
    [Symbol.dispose]: () => {
      disposed();
    },
  }),
});

const bell = { parent: 'bell0', type: 'bell-one' };

async function hostOf(
  interposers: readonly Interposer[],
  options: MdevHostOptions = {},
): Promise<MdevHost> {
  const host = new MdevHost({ clock: new ManualClock(), interposers, ...options });
  await host.load(bellDriver);
  return host;
}

/** Notes the kind of every call, with a name in front. */
function listener(name: string, notes: string[]): Interposer {
  return {
    interpose: () => ({
      call: (call, proceed) => {
        notes.push(`${name} ${call.kind}`);
        return proceed();
      },
      end: () => void notes.push(`${name} end`),
    }),
  };
}

describe('interposers: what stands between clients, core and models (own rule)', () => {
  it('hear every call, the first of them first, and the end of the mdev', async () => {
    const notes: string[] = [];
    const host = await hostOf([listener('a', notes), listener('b', notes)]);
    const { uuid } = await host.create(bell);
    const device = await host.open(uuid);
    await write32(device, 0, 0, 1);
    await device.dmaMap({ iova: 0, memory: new Uint8Array(4096) });
    await device.dmaUnmap(0, 4096);
    await using control = await device.control();
    await control.close();
    await device.close();
    await host.close();
    const kinds = notes.filter((note) => note.startsWith('a ')).map((note) => note.slice(2));
    expect(kinds).to.deep.equal([
      'open',
      'write',
      'quiet',
      'dma-map',
      'quiet',
      'dma-unmap',
      'control-open',
      'control-close',
      'close',
      'end',
    ]);
    expect(notes.slice(0, 2)).to.deep.equal(['a open', 'b open']);
  });

  it('change an answer, and refuse a call before the core sees it', async () => {
    const host = await hostOf([
      {
        interpose: () => ({
          call: (call: ClientCall, proceed) => {
            if (call.kind === 'info') {
              throw failure('device.failed');
            }
            const answer = proceed();
            if (call.kind === 'read') {
              call.data.setUint32(call.at, 0xffffffff, true);
            }
            return answer;
          },
        }),
      },
    ]);
    await using _ = host;
    const { uuid } = await host.create(bell);
    await using device = await host.open(uuid);
    expect(await read32(device, 0, 0)).to.equal(0xffffffff);
    expect(await outcome(() => device.info())).to.equal('EIO device.failed');
  });

  it('stand before what a model is given, the last of them next to it', async () => {
    const order: string[] = [];
    const wrapIrqs = (name: string): Interposer => ({
      interpose: () => ({
        irqs: (inner) => ({
          trigger: (index, subindex) => {
            order.push(name);
            return inner.trigger(index, subindex);
          },
          assert: (index) => inner.assert(index),
          deassert: (index) => {
            inner.deassert(index);
          },
          enabled: (index) => inner.enabled(index),
        }),
      }),
    });
    await using host = await hostOf([wrapIrqs('next to the core'), wrapIrqs('next to the model')]);
    const { uuid } = await host.create(bell);
    await using device = await host.open(uuid);
    let rung = 0;
    await bindIrqs(device, 0, [irqCallback(() => (rung += 1))]);
    await write32(device, 0, 0, 1);
    expect([order, rung]).to.deep.equal([['next to the model', 'next to the core'], 1]);
  });

  it('stand before the model in all that the core calls; the model itself is disposed in any case', async () => {
    const calls: string[] = [];
    disposed = () => void calls.push('the model is disposed');
    await using host = await hostOf([
      {
        interpose: () => ({
          model: (inner) => ({
            deviceApi: inner.deviceApi,
            regions: inner.regions,
            irqs: inner.irqs,
            open: () => void calls.push('open'),
            reset: () => void calls.push('reset'),
            close: () => void calls.push('close'),
          }),
        }),
      },
    ]);
    const { uuid } = await host.create(bell);
    await (await host.open(uuid)).close();
    await host.remove(uuid);
    expect(calls).to.deep.equal(['reset', 'open', 'close', 'the model is disposed']);
  });

  it('hear the events of model and core', async () => {
    const events: DeviceEvent['kind'][] = [];
    await using host = await hostOf([
      { interpose: () => ({ event: ({ kind }) => void events.push(kind) }) },
    ]);
    const { uuid } = await host.create(bell);
    await using device = await host.open(uuid);
    await outcome(() => write32(device, 0, 0, 9));
    await host.remove(uuid, 0);
    expect(events).to.deep.equal(['fault', 'hangup']);
  });

  it('hear what objects of the control plane report', async () => {
    const Horn = objectClass({
      name: 'HORN',
      id: 0,
      methods: {
        create: createObject(0, {}),
        destroy: destroyObject(1, {}),
        blow: method(2, {}),
      },
    });
    const heard: unknown[] = [];
    await using host = new MdevHost({
      clock: new ManualClock(),
      interposers: [
        {
          interpose: () => ({
            objectEvent: (element, type, data) => void heard.push(element, type, [...data]),
          }),
        },
      ],
    });
    await host.load(
      defineDriver({
        name: 'horn',
        deviceApi: 'vfio-platform',
        types: [{ id: 'one' }],
        parents: [{ name: 'horn0', capacity: 1 }],
        objects: [Horn],
        model: () => ({
          deviceApi: 'vfio-platform',
          regions: [],
          irqs: [],
          objects: [
            implement(Horn).withState<{ events: ObjectEvents }>({
              create: (_, call) => ({ state: { events: call.events({ element: 7n }) } }),
              blow: ({ events }) => {
                events.report(3, Uint8Array.of(1, 2));
              },
            }),
          ],
        }),
      }),
    );
    const { uuid } = await host.create({ parent: 'horn0', type: 'horn-one' });
    await using device = await host.open(uuid);
    await using control = await device.control();
    const { handle } = await control.call(Horn, 'create', {});
    await control.call(Horn, 'blow', { handle });
    expect(heard).to.deep.equal([7n, 3, [1, 2]]);
  });

  it('one that throws fails the creation; what stood there already has ended, and nothing is left', async () => {
    const notes: string[] = [];
    const throwing: Interposer = {
      interpose: () => {
        throw failure('mdev.grace');
      },
    };
    await using host = await hostOf([listener('a', notes), throwing]);
    expect(await outcome(() => host.create(bell))).to.equal('EINVAL mdev.grace');
    expect(notes).to.deep.equal(['a end']);
    expect(host.types[0]?.availableInstances).to.equal(1);
  });

  it('that throw as they end are logged, and keep neither the others nor the mdev from ending', async () => {
    for (const fails of [false, true]) {
      const notes: string[] = [];
      const logger = new RecordingLogger();
      const broken = new TypeError('broken');
      const throwing: Interposer = {
        interpose: () => ({
          end: () => {
            throw broken;
          },
        }),
      };
      const refusing: Interposer = {
        interpose: () => {
          throw failure('mdev.grace');
        },
      };
      const last = fails ? [refusing] : [];
      await using host = await hostOf([throwing, listener('b', notes), ...last], { logger });
      const made = await outcome(async () => {
        const { uuid } = await host.create(bell);
        await host.remove(uuid);
      });
      expect([made, host.mdevs]).to.deep.equal([fails ? 'EINVAL mdev.grace' : 'ok', []]);
      expect(notes).to.deep.equal(['b end']);
      expect(logger.lines.map(({ message, fields }) => [message, fields['error']])).to.deep.equal([
        ['an interposer did not end', broken],
      ]);
    }
  });

  it('pull the mdev out; a second time there is nothing to pull', async () => {
    let pull = (): Promise<void> => Promise.resolve();
    await using host = await hostOf([
      {
        interpose: ({ surpriseRemove }) => {
          pull = surpriseRemove;
          return undefined;
        },
      },
    ]);
    const { uuid } = await host.create(bell);
    await using device = await host.open(uuid);
    await Promise.all([pull(), pull()]);
    expect(await outcome(() => device.info())).to.equal('ENODEV device.revoked');
    await pull();
  });
});

describe('what is at an offset, for people and tools (own rule)', () => {
  it('a register by its name, holes, and ranges that do not say', () => {
    const region = registerRegion('registers', registers.instantiate());
    expect(region.placeAt(2)).to.deep.equal({
      kind: 'register',
      name: 'RING',
      offset: 0,
      width: 4,
      writable: true,
    });
    expect([region.placeAt(4), region.placeAt(2 ** 40)]).to.deep.equal([
      { kind: 'hole' },
      { kind: 'hole' },
    ]);
  });
});
