import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, settled } from '../errors/outcome.test-support.js';
import {
  createFdObject,
  createObject,
  fdObjectClass,
  handleOf,
  implement,
  method,
  objectClass,
  ObjectSchema,
  type Implementation,
} from '../object/index.js';
import type { DeviceClient } from './device-client.js';
import {
  DEADLINE_MS,
  deferred,
  makeEndpoint,
  type Bench,
  type Deferred,
} from './endpoint.test-support.js';

const Box = objectClass({
  name: 'BOX',
  id: 0,
  methods: { create: createObject(0, {}), open: method(1, {}) },
});
const Lid = objectClass({
  name: 'LID',
  id: 1,
  methods: { create: createObject(0, { box: handleOf(1, Box, { parent: true }) }) },
});
const Bell = fdObjectClass({ name: 'BELL', id: 2, methods: { create: createFdObject(0, {}) } });
const schema = ObjectSchema.build('boxes', [Box, Lid, Bell]);

const ENDS = ['close', 'revoke'] as const;

function end(how: (typeof ENDS)[number], bench: Bench, device: DeviceClient): Promise<void> {
  return how === 'close' ? device.close() : bench.endpoint.revoke('pulled');
}

/** Boxes whose handlers answer when the gate is open. */
function boxes(log: string[], gate: Deferred<void>): Implementation[] {
  return [
    implement(Box).withState<string>(
      {
        create: () => ({ state: 'box' }),
        open: async () => {
          await gate.promise;
          log.push('box was opened');
        },
      },
      { release: (state, reason) => void log.push(`${state} ${reason}`) },
    ),
    implement(Lid).withState<string>(
      {
        create: async () => {
          await gate.promise;
          log.push('lid was made');
          return { state: 'lid' };
        },
      },
      { release: (state, reason) => void log.push(`${state} ${reason}`) },
    ),
  ];
}

describe('the objects of a device that ends (docs/reference/control-rules.md, When the device goes)', () => {
  for (const how of ENDS) {
    it(`uverbs §6.6 order: calls that are under way end before objects and model do, at a ${how}`, async () => {
      const log: string[] = [];
      const gate = deferred();
      const bench = makeEndpoint(
        { objects: boxes(log, gate), close: () => void log.push('model closed') },
        { schema },
      );
      const device = await bench.open();
      const control = await device.control();
      const { handle: box } = await control.call(Box, 'create', {});
      const { handle: other } = await control.call(Box, 'create', {});
      const calls = [
        settled(control.call(Lid, 'create', { box })),
        settled(control.call(Box, 'open', { handle: other })),
      ];
      await microtasks();
      const ending = end(how, bench, device);
      await microtasks();
      expect(log).to.deep.equal([]);
      gate.resolve();
      await ending;
      const why = how === 'close' ? 'close' : 'driver-remove';
      expect(log).to.deep.equal([
        'lid was made',
        'box was opened',
        `lid ${why}`,
        `box ${why}`,
        `box ${why}`,
        'model closed',
      ]);
      for (const answer of await Promise.all(calls)) {
        expect(answer).to.be.an('object');
      }
      await device.close();
    });

    it(`uverbs §6.6 order: a handler that does not answer keeps the model for two deadlines at the most, at a ${how}`, async () => {
      const log: string[] = [];
      const gate = deferred();
      const bench = makeEndpoint(
        { objects: boxes(log, gate), close: () => void log.push('model closed') },
        { schema },
      );
      const device = await bench.open();
      const control = await device.control();
      const { handle } = await control.call(Box, 'create', {});
      const call = settled(control.call(Box, 'open', { handle }));
      await microtasks();
      const ending = end(how, bench, device);
      await microtasks();
      bench.clock.advance(DEADLINE_MS);
      await ending;
      expect(await call).to.equal('ETIMEDOUT model.deadline');
      expect(log).to.deep.equal(['box driver-failure', 'model closed']);
      gate.resolve();
      await device.close();
    });

    it(`uverbs §6.6 descriptors: a poll that throws keeps neither a ${how} nor the model`, async () => {
      let closed = 0;
      const bell = implement(Bell).withState<number>(
        { create: () => ({ state: 1 }) },
        {
          descriptor: () => ({
            poll: () => {
              throw new Error('not in this driver');
            },
            onChange: () => ({ [Symbol.dispose]: () => undefined }),
            read: () => 0,
            closed: () => undefined,
          }),
        },
      );
      const bench = makeEndpoint({ objects: [bell], close: () => void (closed += 1) }, { schema });
      const device = await bench.open();
      // As a transport opens it, which the device's close does not close.
      const file = bench.endpoint.objects.open();
      await (await device.control()).call(Bell, 'create', {});
      expect(await settled(end(how, bench, device))).to.equal(undefined);
      expect([closed, bench.endpoint.state]).to.deep.equal([
        1,
        how === 'close' ? 'closed' : 'revoked',
      ]);
      await file.close();
      await device.close();
      expect(bench.endpoint.objects.clients).to.equal(0);
    });
  }
});
