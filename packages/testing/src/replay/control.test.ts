import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  createObject,
  defineDriver,
  destroyObject,
  implement,
  MdevHost,
  method,
  objectClass,
  valueIn,
  valueOut,
} from '@mdevkit/core';
import { memorySink, parseRecording, Recorder, type Recording } from '../record/index.js';
import { replay, replayInto } from './replay.js';

const Sum = objectClass({
  name: 'SUM',
  id: 0,
  methods: {
    create: createObject(0, { start: valueIn(1, 'u32') }),
    destroy: destroyObject(1, {}),
    add: method(2, { amount: valueIn(1, 'u32'), sum: valueOut(2, 'u32') }),
  },
});

function sumDriver(extra = 0): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'sums',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'sums0', capacity: 1 }],
    objects: [Sum],
    model: () => ({
      deviceApi: 'vfio-platform',
      regions: [],
      irqs: [],
      objects: [
        implement(Sum).withState<{ sum: number }>({
          create: ({ start }) => ({ state: { sum: start } }),
          add: (state, { amount }) => {
            state.sum += amount + extra;
            return { sum: state.sum };
          },
        }),
      ],
    }),
  });
}

async function recorded(): Promise<Recording> {
  const sink = memorySink();
  {
    await using host = new MdevHost({ interposers: [new Recorder({ open: () => sink })] });
    await host.load(sumDriver());
    const { uuid } = await host.create({ parent: 'sums0', type: 'sums-one' });
    // Twice, because the device counts its clients on.
    for (const start of [1, 2]) {
      await using device = await host.open(uuid);
      await using control = await device.control();
      const { handle } = await control.call(Sum, 'create', { start });
      await control.call(Sum, 'add', { handle, amount: 5 });
    }
  }
  return parseRecording(sink.bytes);
}

describe('replay of the control plane (own rule; docs/reference/recording.md)', () => {
  it('row: control: calls carry the bytes of their requests, and answer those of the replies, over two sessions', async () => {
    await using host = new MdevHost();
    await host.load(sumDriver());
    const { calls, leftOut, differences } = await replayInto(await recorded(), host);
    expect(differences).to.deep.equal([]);
    expect([calls, leftOut]).to.deep.equal([8, 0]);
  });

  it('row: control: tells an answer that is another', async () => {
    await using host = new MdevHost();
    await host.load(sumDriver(1));
    const { differences } = await replayInto(await recorded(), host);
    expect(differences.map(({ call }) => call)).to.have.lengthOf(2);
    expect(differences[0]?.text).to.match(/^control client 1 request .* expected \[.*, got \[/);
  });

  it('row: no control: leaves them out, and says so, where there is no way for raw calls', async () => {
    await using host = new MdevHost();
    await host.load(sumDriver());
    const { uuid } = await host.create({ parent: 'sums0', type: 'sums-one' });
    const device = await host.open(uuid);
    const { calls, leftOut, differences } = await replay(await recorded(), device);
    expect([calls, leftOut, differences]).to.deep.equal([0, 8, []]);
  });
});
