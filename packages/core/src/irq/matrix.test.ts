import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  ERROR,
  EVENTFD,
  IrqBench,
  LEVEL,
  MASK,
  MESSAGE,
  NONE,
  REQUEST,
  RESIZABLE,
  TRIGGER,
  UNMASK,
} from './irq.test-support.js';
import {
  FRESH,
  levelRows,
  messageRows,
  signalRows,
  type MatrixRow,
} from './matrix.test-support.js';

const SOURCE = 'drivers/vfio/pci/vfio_pci_intrs.c';

/** Bound before the request: vector i of the index to eventfd i. */
function activate(bench: IrqBench, index: number): void {
  const slots = index === MESSAGE || index === RESIZABLE ? [0, 1] : [0];
  expect(bench.set(index, EVENTFD | TRIGGER, 0, slots.length, slots)).to.equal(0);
}

/** Another index, with eventfd 7. */
function activateOther(bench: IrqBench, index: number): number {
  const other = index === LEVEL ? MESSAGE : LEVEL;
  expect(bench.set(other, EVENTFD | TRIGGER, 0, 1, [7])).to.equal(0);
  return other;
}

function send(bench: IrqBench, index: number, row: MatrixRow): string {
  const answer = bench.set(index, row.flags, 0, row.count, row.data);
  return typeof answer === 'string' ? (answer.split(' ')[0] ?? '') : String(answer);
}

function answerOf(word: string): string {
  return word.startsWith('E') ? word : '0';
}

function isRefused(word: string): boolean {
  return word === 'EINVAL' || word === 'ENOTTY';
}

describe(`SET_IRQS of a level index, PCI INTx (${SOURCE}, vfio_pci_set_intx_*)`, () => {
  const states = ['off', 'active', 'active and masked', 'other'] as const;
  for (const row of levelRows) {
    for (const state of states) {
      const word = row.cells[{ off: 0, active: 1, 'active and masked': 1, other: 2 }[state]] ?? '';
      it(`${row.name} / ${state}: ${word}`, () => {
        const bench = new IrqBench();
        let other = -1;
        if (state === 'other') {
          other = activateOther(bench, LEVEL);
        } else if (state !== 'off') {
          activate(bench, LEVEL);
        }
        if (state === 'active and masked') {
          bench.set(LEVEL, NONE | MASK, 0, 1);
        }
        const active = state === 'active' || state === 'active and masked';

        expect(send(bench, LEVEL, row), 'answer').to.equal(answerOf(word));
        expect(bench.signalled(), 'signalled by the call').to.equal(
          word === 'signal' ? '0×1' : '-',
        );

        const enabled = word.startsWith('enable') || (active && word !== 'disable');
        expect(bench.controller.enabled(LEVEL), 'enabled').to.equal(enabled);
        let masked = state === 'active and masked';
        masked = word === 'mask' || word === 'signal' || (masked && word !== 'unmask');
        let bound = active ? '0×1' : '-';
        bound = word === 'bind' || word === 'enable bound' ? `${FRESH}×1` : bound;
        bound = ['unbind', 'disable', 'enable unbound'].includes(word) ? '-' : bound;
        expect(bench.fire(LEVEL), 'fires').to.equal(masked ? '-' : bound);

        bench.set(LEVEL, NONE | MASK, 0, 1);
        if (word !== 'bind' && word !== 'enable bound') {
          // Only a bound source of UNMASK makes this eventfd open the line.
          bench.fds[FRESH]?.signal();
          bench.signalled();
          expect(bench.fire(LEVEL), 'woken by the source').to.equal(
            word === 'bind source' ? '0×1' : '-',
          );
        }
        bench.set(LEVEL, NONE | UNMASK, 0, 1);
        expect(bench.fire(LEVEL), 'fires once unmasked').to.equal(bound);
        if (state === 'other') {
          expect(bench.fire(other), 'the other index goes on').to.equal('7×1');
        }
      });
    }
  }
});

for (const [index, name] of [
  [MESSAGE, 'PCI MSI, or MSI-X without dynamic vectors'],
  [RESIZABLE, 'PCI MSI-X with dynamic vectors'],
] as const) {
  describe(`SET_IRQS of a message index, ${name} (${SOURCE}, vfio_pci_set_msi_trigger)`, () => {
    const states = ['off', 'active', 'other'] as const;
    for (const row of messageRows) {
      states.forEach((state, column) => {
        const word = row.cells[column] ?? '';
        it(`${row.name} / ${state}: ${word}`, () => {
          const bench = new IrqBench();
          let other = -1;
          if (state === 'other') {
            other = activateOther(bench, index);
          } else if (state === 'active') {
            activate(bench, index);
          }
          expect(send(bench, index, row), 'answer').to.equal(answerOf(word));
          expect(bench.signalled(), 'signalled by the call').to.equal(
            word === 'signal' ? '0×1' : '-',
          );
          const enabled = word.startsWith('enable') || (state === 'active' && word !== 'disable');
          expect(bench.controller.enabled(index), 'enabled').to.equal(enabled);
          const stays = state === 'active' && word !== 'disable';
          let first = stays ? '0×1' : '-';
          first = word === 'bind' || word === 'enable bound' ? `${FRESH}×1` : first;
          first = word === 'unbind' ? '-' : first;
          expect(bench.fire(index, 0), 'vector 0').to.equal(first);
          expect(bench.fire(index, 1), 'vector 1').to.equal(stays ? '1×1' : '-');
          expect(bench.fire(index, 2), 'vector 2').to.equal('-');
          if (state === 'other') {
            expect(bench.fire(other), 'the other index goes on').to.equal('7×1');
          }
        });
      });
    }
  });
}

for (const [index, name] of [
  [ERROR, 'PCI ERR'],
  [REQUEST, 'PCI REQ'],
] as const) {
  describe(`SET_IRQS of a signal index, ${name} (${SOURCE}, vfio_pci_set_ctx_trigger_single)`, () => {
    for (const row of signalRows) {
      for (const state of ['unbound', 'bound', 'unbound / other', 'bound / other'] as const) {
        const wasBound = state.startsWith('bound');
        const word = row.cells[wasBound ? 1 : 0] ?? '';
        it(`${row.name} / ${state}: ${word}`, () => {
          const bench = new IrqBench();
          if (wasBound) {
            activate(bench, index);
          }
          if (state.endsWith('other')) {
            activateOther(bench, index);
          }
          expect(send(bench, index, row), 'answer').to.equal(answerOf(word));
          expect(bench.signalled(), 'signalled by the call').to.equal(
            word === 'signal' ? '0×1' : '-',
          );
          const before = wasBound ? '0×1' : '-';
          const after = word === 'bind' ? `${FRESH}×1` : word === 'unbind' ? '-' : before;
          expect(bench.controller.enabled(index), 'enabled').to.equal(after !== '-');
          expect(bench.fire(index), 'fires').to.equal(after);
          if (state.endsWith('other')) {
            expect(bench.fire(LEVEL), 'the active index goes on').to.equal('7×1');
          }
        });
      }
    }
  });
}

describe('the SET_IRQS matrix', () => {
  it('is the one of docs/reference/device-rules.md', () => {
    const path = join(import.meta.dirname, '../../../../docs/reference/device-rules.md');
    const documented = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => /^\| (level|message|signal) (TRIGGER|MASK|UNMASK|none|several) /.test(line))
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    const rows = [...levelRows, ...messageRows, ...signalRows];
    const rules = new Map(rows.map((row) => [row.rule, [row.rule, ...row.cells]]));
    expect(documented).to.deep.equal([...rules.values()]);
  });

  it('has no cell without an effect or an errno', () => {
    const words = new Set(
      [...levelRows, ...messageRows, ...signalRows].flatMap((row) => row.cells),
    );
    expect([...words].filter((word) => !isRefused(word)).sort()).to.deep.equal([
      'bind',
      'bind source',
      'disable',
      'enable bound',
      'enable unbound',
      'mask',
      'nothing',
      'signal',
      'unbind',
      'unbind source',
      'unmask',
    ]);
  });
});
