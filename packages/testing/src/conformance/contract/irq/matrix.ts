import type { Device } from '@mdevkit/core';
import { expect } from 'chai';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { check, either, unless } from '../support/index.js';
import { irqsOf, unlessIrq, usedIrqs, type IrqKind, type UsedIrq } from './indexes.js';
import { matrix, type CellState, type CellWord } from './matrix-table.js';
import {
  Bell,
  bind,
  cell,
  disable,
  payloads,
  poke,
  type Action,
  type Payload,
} from './requests.js';

const source = 'drivers/vfio/pci/vfio_pci_intrs.c, vfio_pci_set_irqs_ioctl';

/** The words of a signal index for the states. */
const signalStates: Readonly<Record<CellState, string>> = {
  off: 'unbound',
  active: 'bound',
  other: 'other',
};

interface Cell {
  readonly kind: IrqKind;
  readonly action: Action;
  readonly payloads: readonly Payload[];
  readonly state: CellState;
  readonly word: CellWord;
}

/** One check for each cell of the matrix. */
export const matrixChecks: readonly ConformanceCheck[] = kinds().flatMap((kind) =>
  matrix[kind].flatMap(([action, payload, off, active, other]) => {
    const cases = payload === 'any' ? allPayloads() : [payload];
    const words: readonly (readonly [CellState, CellWord | undefined])[] = [
      ['off', off],
      ['active', active],
      ['other', other],
    ];
    return words.flatMap(([state, word]) =>
      word === undefined
        ? []
        : [cellCheck(payload, { kind, action, payloads: cases, state, word })],
    );
  }),
);

function cellCheck(name: string, the: Cell): ConformanceCheck {
  const { kind, action, state, word } = the;
  const where = kind === 'signal' ? signalStates[state] : state;
  const id = `${kind}-${action}-${name}-${where}`.toLowerCase().replaceAll(/[ -]+/g, '-');
  const title = `row ${kind} ${action} ${name}, ${where}: ${word} (${source})`;
  const run = async (bench: Bench): Promise<void> => {
    const device = await bench.open();
    for (const irq of await irqsOf(bench, device, kind)) {
      for (const payload of the.payloads) {
        await runCell(bench, device, irq, the, payload);
      }
    }
  };
  return check(id, title, run, state === 'other' ? unlessOther(kind) : unlessIrq(kind));
}

async function runCell(
  bench: Bench,
  device: Device,
  irq: UsedIrq,
  { kind, action, state, word }: Cell,
  payload: Payload,
): Promise<void> {
  const others = (await usedIrqs(bench, device)).filter(
    (other) => other.index !== irq.index && other.kind !== 'signal',
  );
  const [bound, fresh] = [new Bell(), new Bell()];
  const active = state === 'active' ? irq : state === 'other' ? others[0] : undefined;
  const what = `${action} ${payload} of irq index ${irq.index}`;
  if (active !== undefined) {
    expect(await bind(bench, device, active.index, bound), `enabling ${active.index}`).to.equal(
      'done',
    );
    bound.rung = 0;
  }
  const code = await cell(bench, device, irq.index, action, payload, fresh);
  expect(code, what).to.equal(word.startsWith('E') ? word : 'done');
  if (state !== 'other' && !word.startsWith('E')) {
    await expectEffect(bench, device, irq, word, { bound, fresh, state, kind, what });
  }
  if (active !== undefined) {
    await disable(bench, device, active.index);
  }
  await disable(bench, device, irq.index);
}

interface Seen {
  readonly bound: Bell;
  readonly fresh: Bell;
  readonly state: CellState;
  readonly kind: IrqKind;
  readonly what: string;
}

async function expectEffect(
  bench: Bench,
  device: Device,
  { index }: UsedIrq,
  word: CellWord,
  { bound, fresh, state, kind, what }: Seen,
): Promise<void> {
  const rings = word === 'signal' ? 1 : 0;
  expect([bound.rung, fresh.rung], `${what}: signals`).to.deep.equal([rings, 0]);
  const answer = await poke(bench, device, index);
  const isBound = word === 'bind' || word === 'enable bound';
  const isGone = word === 'disable' || word === 'unbind' || word === 'enable unbound' || isBound;
  const isOff =
    word === 'disable' ||
    (kind === 'signal' && (word === 'unbind' || (word === 'nothing' && state === 'off')));
  expect(answer, `a signal after ${what}`).to.equal(isOff ? 'EINVAL' : 'done');
  expect(fresh.rung, `signals of the new eventfd after ${what}`).to.equal(isBound ? 1 : 0);
  const stays = state === 'active' && !isGone;
  expect(bound.rung, `signals of the old eventfd after ${what}`).to.equal(rings + (stays ? 1 : 0));
  expect(bound.letGo, `the old eventfd is let go by ${what}`).to.equal(
    state === 'active' && isGone ? 1 : 0,
  );
}

function unlessOther(kind: IrqKind): NonNullable<ConformanceCheck['without']> {
  const several = unless('no other index can be active', async (device, bench) => {
    const exclusive = (await usedIrqs(bench, device)).filter((irq) => irq.kind !== 'signal');
    return exclusive.length > 1;
  });
  return either(unlessIrq(kind), several);
}

function kinds(): readonly IrqKind[] {
  return ['level', 'message', 'signal'];
}

function allPayloads(): readonly Payload[] {
  return Object.keys(payloads).filter((name): name is Payload => name in payloads);
}
