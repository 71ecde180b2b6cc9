import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Holdings, Registry, Ring, WorkList, type Task } from './index.js';

describe('parts of a verbs device (own rules)', () => {
  it('a ring is a queue that has room for so many', () => {
    const anyCommands = fc.array(fc.option(fc.nat()), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), anyCommands, (capacity, commands) => {
        const ring = new Ring<number>(capacity);
        const model: number[] = [];
        for (const value of commands) {
          if (value === null) {
            expect(ring.peek()).to.equal(model[0]);
            expect(ring.shift()).to.equal(model.shift());
          } else {
            expect(ring.push(value)).to.equal(model.length < capacity);
            model.splice(model.length, 0, ...(model.length < capacity ? [value] : []));
          }
          expect(ring.length).to.equal(model.length);
        }
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

  it('a number that was given back comes again after all others, and there are no more than there are', () => {
    const registry = new Registry<string>(5, 7);
    expect([registry.add('a'), registry.add('b')]).to.deep.equal([5, 6]);
    registry.delete(5);
    expect(registry.get(5)).to.equal(undefined);
    expect([registry.add('c'), registry.add('d')]).to.deep.equal([7, 5]);
    let reason = '';
    try {
      registry.add('e');
    } catch (error) {
      reason = MdevError.is(error) ? error.reason : '';
    }
    expect(reason).to.equal('verbs.objects');
    expect(registry.size).to.equal(3);
  });

  it('tasks run one after the other, however they cause each other, and each once for as often as it is added before', () => {
    const work = new WorkList();
    const order: number[] = [];
    let depth = 0;
    const task = (left: number): Task => ({
      run: () => {
        depth += 1;
        expect(depth, 'tasks inside of tasks').to.equal(1);
        order.push(left);
        if (left > 0) {
          const next = task(left - 1);
          work.add(next);
          work.add(next);
        }
        depth -= 1;
      },
    });
    work.add(task(20_000));
    expect(order).to.have.lengthOf(20_001);
    expect(order.at(-1)).to.equal(0);
  });

  it('what was taken is given back newest first, once', () => {
    const log: string[] = [];
    const held = new Holdings(() => undefined);
    for (const name of ['a', 'b', 'c']) {
      held.take(
        name,
        () => log.push(`take ${name}`),
        () => log.push(`give ${name}`),
      );
    }
    held.release();
    held.release();
    expect(log.slice(3)).to.deep.equal(['give c', 'give b', 'give a']);
  });
});
