import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  ABSENT,
  BAD_FD,
  BOOL,
  EMPTY,
  ERROR,
  EVENTFD,
  IrqBench,
  LEVEL,
  MASK,
  MESSAGE,
  NONE,
  NOT_EVENTFD,
  REQUEST,
  RESIZABLE,
  TRIGGER,
  UNMASK,
  VECTORS,
} from './irq.test-support.js';
import { ReferenceIrqs, type Command } from './reference.test-support.js';

/** Eventfds of the client: the first ones are targets, the last one only ever wakes the line. */
const FDS = 5;
const WAKER = FDS - 1;

const target = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: WAKER - 1 }) },
  { weight: 3, arbitrary: fc.constantFrom(-1, -2) },
  { weight: 1, arbitrary: fc.constantFrom(BAD_FD, NOT_EVENTFD) },
);
const source = fc.constantFrom(WAKER, WAKER, WAKER, -1, BAD_FD, NOT_EVENTFD);

/** Mostly sensible, so that the device gets somewhere; sometimes not. */
const command: fc.Arbitrary<Command> = fc
  .record({
    index: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(LEVEL, MESSAGE, RESIZABLE) },
      { weight: 2, arbitrary: fc.constantFrom(ERROR, REQUEST) },
      { weight: 1, arbitrary: fc.constantFrom(ABSENT, EMPTY) },
    ),
    action: fc.oneof(
      { weight: 5, arbitrary: fc.constant('TRIGGER' as const) },
      { weight: 4, arbitrary: fc.constantFrom('MASK' as const, 'UNMASK' as const) },
      { weight: 1, arbitrary: fc.constant('nothing' as const) },
    ),
    kind: fc.constantFrom('NONE', 'BOOL', 'EVENTFD', 'EVENTFD'),
    start: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(VECTORS)),
    count: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.nat(VECTORS)),
    short: fc.nat(9),
  })
  .chain(({ short, ...head }) => {
    const length = short === 0 ? Math.max(head.count - 1, 0) : head.count;
    const fds = head.action === 'UNMASK' ? source : target;
    const element = head.kind === 'BOOL' ? fc.nat(1) : fds;
    return fc
      .array(element, { minLength: length, maxLength: length })
      .map((data) => ({ ...head, data }));
  });

type Step =
  | { readonly do: 'set'; readonly command: Command }
  | { readonly do: 'fire'; readonly index: number; readonly vector: number }
  | { readonly do: 'raise'; readonly raised: boolean }
  | { readonly do: 'wake' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: command.map((made) => ({ do: 'set' as const, command: made })) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fire' as const),
      index: fc.nat(EMPTY),
      vector: fc.nat(VECTORS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('raise' as const), raised: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'wake' as const }) },
);

const flagsOf = { TRIGGER, MASK, UNMASK, nothing: 0, NONE, BOOL, EVENTFD };

function take(bench: IrqBench, reference: ReferenceIrqs, next: Step): void {
  switch (next.do) {
    case 'set': {
      const { index, action, kind, start, count, data } = next.command;
      const flags = flagsOf[action] | flagsOf[kind];
      const answer = String(bench.set(index, flags, start, count, data)).split(' ')[0];
      expect(answer).to.equal(reference.set(next.command));
      break;
    }
    case 'fire':
      bench.controller.trigger(next.index, next.vector);
      reference.fire(next.index, next.vector);
      break;
    case 'raise':
      if (next.raised) {
        bench.controller.assert(LEVEL);
      } else {
        bench.controller.deassert(LEVEL);
      }
      reference.raise(next.raised);
      break;
    case 'wake':
      bench.fds[WAKER]?.signal();
      reference.wake(WAKER);
  }
}

describe('SET_IRQS against a second implementation of its rules (vfio_pci_intrs.c)', () => {
  it('every sequence of requests, interrupts and wake-ups has the same answers and signals', () => {
    let successes = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const bench = new IrqBench(FDS);
        const reference = new ReferenceIrqs();
        for (const next of steps) {
          take(bench, reference, next);
          for (const index of [0, 1, 2]) {
            expect(bench.controller.enabled(index)).to.equal(reference.active === index);
          }
          const received = [...reference.received].sort(([a], [b]) => a - b);
          if (next.do !== 'wake') {
            expect(bench.signalled()).to.equal(
              received.map(([fd, count]) => `${fd}×${count}`).join(' ') || '-',
            );
            reference.received.clear();
          }
          successes += reference.active === undefined ? 0 : 1;
        }
      }),
      { seed: 20261121, numRuns: 600 },
    );
    expect(successes, 'the sequences get somewhere').to.be.greaterThan(2000);
  });
});
