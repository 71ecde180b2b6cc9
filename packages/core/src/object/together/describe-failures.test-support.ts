import { expect } from 'chai';
import { describe, it } from 'mocha';
import { failure } from '../../errors/index.js';
import type { Control } from '../client/control.js';
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
  const pond = await attempt(() => control.call(Pond, 'create', { depth: 1 }));
  if (pond !== undefined) {
    const fish = await attempt(() => control.call(Fish, 'create', { pond: pond.handle }));
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
  return outcomes.filter((outcome) => outcome !== 'ok').length;
}

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
