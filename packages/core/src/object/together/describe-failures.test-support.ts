import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../../errors/index.js';
import type { Control } from '../client/control.js';
import type { Handle } from '../declare/index.js';
import type { ObjectDescriptor } from '../descriptor.js';
import { EventChannelClass, EventChannelFlags } from '../schema/index.js';
import { answerOf, Tank, type Way } from './tank.test-support.js';
import { Catch, Fish, Net, Pond } from './zoo-classes.test-support.js';

/** Makes one object of every class, and takes them away again, without stopping at errors. */
async function everything(control: Control): Promise<number> {
  const outcomes: string[] = [];
  const attempt = async <T>(call: () => Promise<T>): Promise<T | undefined> => {
    let value: T | undefined;
    outcomes.push(
      await answerOf(
        (async () => {
          value = await call();
        })(),
      ),
    );
    return value;
  };
  const own = await attempt(() => control.call(EventChannelClass, 'create', {}));
  const byDefault = await attempt(() => control.call(EventChannelClass, 'openDefault', {}));
  const pond = await attempt(() => control.call(Pond, 'create', { depth: 1 }));
  if (pond !== undefined) {
    const fish = await attempt(() =>
      control.call(Fish, 'create', { pond: pond.handle, channel: own?.handle }),
    );
    const net = await attempt(() => control.call(Net, 'create', { pond: pond.handle }));
    const caught = net && (await attempt(() => control.call(Catch, 'create', { net: net.handle })));
    if (caught !== undefined) {
      await attempt(() => control.call(Catch, 'destroy', caught));
    }
    await net?.handle.close();
    if (fish !== undefined) {
      await attempt(() => control.call(Fish, 'destroy', { handle: fish.handle }));
    }
    await attempt(() => control.call(Pond, 'destroy', pond));
  }
  await own?.handle.close();
  await byDefault?.handle.close();
  return outcomes.filter((outcome) => outcome !== 'ok').length;
}

/** Exactly what {@link expectAll} makes. */
const CHANNEL_LIMITS = { maxObjects: 9, eventBudget: 9 };
const DEVICE_CHANNELS = 8;
const { DEVICE_EVENTS } = EventChannelFlags;

/** Makes `count` channels that hear of the device and hold an event each, the first one `first`. */
async function channels(control: Control, count: number, first = 1): Promise<ObjectDescriptor[]> {
  const made: ObjectDescriptor[] = [];
  for (let i = 0; i < count; i++) {
    const capacity = i === 0 ? first : 1;
    const args = { capacity, flags: DEVICE_EVENTS };
    made.push((await control.call(EventChannelClass, 'create', args)).handle);
  }
  return made;
}

async function closed(descriptors: readonly ObjectDescriptor[]): Promise<void> {
  for (const descriptor of descriptors) {
    await descriptor.close();
  }
}

/** A client can have all that its limits allow: objects, channels of the device, events, and the default channel. */
async function expectAll(control: Control): Promise<void> {
  expect(await control.handles(EventChannelClass)).to.deep.equal([]);
  const made = await channels(control, DEVICE_CHANNELS, 2);
  made.push((await control.call(EventChannelClass, 'openDefault', {})).handle);
  await closed(made);
  expect(await control.handles(EventChannelClass)).to.deep.equal([]);
}

/** Each step of a creation of EVENT_CHANNEL that can fail, made to. Returns what it answers, and cleans up behind itself. */
const channelFailures: Readonly<Record<string, (control: Control) => Promise<string>>> = {
  'ENOSPC object.too-many': async (control) => {
    const ponds: Handle<'POND'>[] = [];
    while (ponds.length < CHANNEL_LIMITS.maxObjects) {
      ponds.push((await control.call(Pond, 'create', { depth: 1 })).handle);
    }
    const answer = await answerOf(control.call(EventChannelClass, 'create', {}));
    expect(await answerOf(control.call(EventChannelClass, 'openDefault', {}))).to.equal(answer);
    for (const handle of ponds) {
      await control.call(Pond, 'destroy', { handle });
    }
    return answer;
  },
  'EINVAL event.capacity': (control) =>
    answerOf(control.call(EventChannelClass, 'create', { capacity: 0 })),
  'ENOSPC event.budget': (control) =>
    answerOf(control.call(EventChannelClass, 'create', { capacity: 10, flags: DEVICE_EVENTS })),
  'ENOSPC event.device-channels': async (control) => {
    const made = await channels(control, DEVICE_CHANNELS);
    const answer = await answerOf(channels(control, 1));
    await closed(made);
    return answer;
  },
  'EBUSY object.default-open': async (control) => {
    const { handle } = await control.call(EventChannelClass, 'openDefault', {});
    const answer = await answerOf(control.call(EventChannelClass, 'openDefault', {}));
    await handle.close();
    return answer;
  },
};

/** The n-th thing that a driver does fails. */
export function describeFailures({ name, connect }: Way): void {
  describe(`failures, ${name} (own rule: whatever fails, nothing is left)`, () => {
    it('uverbs §6.4 fail-nth: every step of creating and destroying every class fails once', async () => {
      let failedSteps = 0;
      for (let nth = 1; ; nth++) {
        const tank = new Tank(connect);
        const { control } = await tank.client();
        let steps = 0;
        tank.zoo.onStep = () => {
          steps += 1;
          if (steps === nth) {
            throw failure('device.busy');
          }
        };
        const errors = await everything(control);
        await control.close();
        tank.expectEmpty();
        if (steps < nth) {
          expect(errors).to.equal(0);
          break;
        }
        failedSteps += 1;
      }
      // Four creates, one descriptor, four releases and one report.
      expect(failedSteps).to.equal(10);
    });

    it('uverbs §6.4 fail-nth: every step of creating an event channel or opening the default one fails once, and gives back what it has', async () => {
      await using tank = new Tank(connect, CHANNEL_LIMITS);
      const { control } = await tank.client();
      await expectAll(control);
      for (const [expected, fail] of Object.entries(channelFailures)) {
        expect(await fail(control)).to.equal(expected);
        await expectAll(control);
      }
    });

    it('uverbs §6.4 fail-nth: from the n-th step on everything fails', async () => {
      for (let nth = 1; nth <= 10; nth++) {
        const tank = new Tank(connect);
        const { control } = await tank.client();
        let steps = 0;
        tank.zoo.onStep = (step) => {
          steps += 1;
          if (steps >= nth && !step.endsWith(' driver-failure') && !step.endsWith(' abort')) {
            throw failure('device.busy');
          }
        };
        await everything(control);
        await control.close();
        tank.expectEmpty();
      }
    });
  });
}
