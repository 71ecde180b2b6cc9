import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { ChannelModel, type Command } from './channel-model.test-support.js';
import { ChannelUnderTest } from './channel-under-test.test-support.js';

const CAPACITY = 4;
/** Objects, of which the first two are known by the same element. */
const OBJECTS = 3;

const object = fc.nat({ max: OBJECTS - 1 });

/** The last three end an object or the channel, so they are rare. */
const command = fc.oneof<fc.MaybeWeightedArbitrary<Command>[]>(
  { weight: 30, arbitrary: fc.record({ do: fc.constant('report'), object }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('post') }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('read') }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('fail') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('small') }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('wait'), broken: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('purge'), object }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant('ack'), object, count: fc.nat(3) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('destroy'), object }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('release'), object }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close') }) },
);

describe('EventChannel against a list (own rule: no event lost, told twice, or out of order)', () => {
  it('uverbs §6.5 model, own rule model: 10,000 commands behave as on a plain list', async () => {
    let commands = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 50, maxLength: 50 }), async (sequence) => {
        const model = new ChannelModel(CAPACITY, OBJECTS);
        const real = new ChannelUnderTest(CAPACITY, OBJECTS);
        for (const step of sequence) {
          expect(await real.run(step)).to.deep.equal(model.run(step));
          expect(real.state()).to.deep.equal(model.state());
          commands += 1;
        }
        expect(await real.finish()).to.deep.equal(model.finish());
      }),
      { seed: 20261121, numRuns: 200 },
    );
    expect(commands).to.equal(10_000);
  });
});
