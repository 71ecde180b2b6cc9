import { BOOL, EVENTFD, MASK, NONE, TRIGGER, UNMASK } from './irq.test-support.js';

/**
 * What SET_IRQS does, cell by cell, written from the kernel's code and independent of the units. The same
 * rows stand in docs/reference/device-rules.md.
 */
export interface MatrixRow {
  /** The row of the document; `any` stands for every payload. */
  readonly rule: string;
  readonly name: string;
  readonly flags: number;
  readonly count: number;
  readonly data: readonly number[];
  /** One word for each state of the family. */
  readonly cells: readonly string[];
}

/** The eventfd that a request brings; the ones below it were bound before. */
export const FRESH = 4;

const actions = { TRIGGER, MASK, UNMASK, none: 0, several: MASK | TRIGGER };

const payloads: Readonly<Record<string, Pick<MatrixRow, 'flags' | 'count' | 'data'>>> = {
  'NONE count 0': { flags: NONE, count: 0, data: [] },
  'NONE count 1': { flags: NONE, count: 1, data: [] },
  'BOOL 1': { flags: BOOL, count: 1, data: [1] },
  'BOOL 0': { flags: BOOL, count: 1, data: [0] },
  'EVENTFD fd': { flags: EVENTFD, count: 1, data: [FRESH] },
  'EVENTFD -1': { flags: EVENTFD, count: 1, data: [-1] },
};

type Cells = readonly [action: keyof typeof actions, data: string, ...cells: string[]];

function rows(family: string, table: readonly Cells[]): MatrixRow[] {
  return table.flatMap(([action, data, ...cells]) => {
    const kinds = data === 'any' ? Object.keys(payloads) : [data];
    return kinds.map((kind) => {
      const payload = payloads[kind];
      if (payload === undefined) {
        throw new Error(`no payload ${kind}`);
      }
      const name = `${family} ${action} ${kind}`;
      const rule = `${family} ${action} ${data}`;
      return { ...payload, rule, name, flags: payload.flags | actions[action], cells };
    });
  });
}

/** States: off, active, other. */
export const levelRows = rows('level', [
  ['TRIGGER', 'NONE count 0', 'EINVAL', 'disable', 'EINVAL'],
  ['TRIGGER', 'NONE count 1', 'EINVAL', 'signal', 'EINVAL'],
  ['TRIGGER', 'BOOL 1', 'EINVAL', 'signal', 'EINVAL'],
  ['TRIGGER', 'BOOL 0', 'EINVAL', 'nothing', 'EINVAL'],
  ['TRIGGER', 'EVENTFD fd', 'enable bound', 'bind', 'EINVAL'],
  ['TRIGGER', 'EVENTFD -1', 'enable unbound', 'unbind', 'EINVAL'],
  ['MASK', 'NONE count 0', 'EINVAL', 'EINVAL', 'EINVAL'],
  ['MASK', 'NONE count 1', 'EINVAL', 'mask', 'EINVAL'],
  ['MASK', 'BOOL 1', 'EINVAL', 'mask', 'EINVAL'],
  ['MASK', 'BOOL 0', 'EINVAL', 'nothing', 'EINVAL'],
  ['MASK', 'EVENTFD fd', 'EINVAL', 'ENOTTY', 'EINVAL'],
  ['MASK', 'EVENTFD -1', 'EINVAL', 'ENOTTY', 'EINVAL'],
  ['UNMASK', 'NONE count 0', 'EINVAL', 'EINVAL', 'EINVAL'],
  ['UNMASK', 'NONE count 1', 'EINVAL', 'unmask', 'EINVAL'],
  ['UNMASK', 'BOOL 1', 'EINVAL', 'unmask', 'EINVAL'],
  ['UNMASK', 'BOOL 0', 'EINVAL', 'nothing', 'EINVAL'],
  ['UNMASK', 'EVENTFD fd', 'EINVAL', 'bind source', 'EINVAL'],
  ['UNMASK', 'EVENTFD -1', 'EINVAL', 'unbind source', 'EINVAL'],
  ['none', 'any', 'ENOTTY', 'ENOTTY', 'ENOTTY'],
  ['several', 'any', 'ENOTTY', 'ENOTTY', 'ENOTTY'],
]);

/** States: off, active, other. */
export const messageRows = rows('message', [
  ['TRIGGER', 'NONE count 0', 'EINVAL', 'disable', 'EINVAL'],
  ['TRIGGER', 'NONE count 1', 'EINVAL', 'signal', 'EINVAL'],
  ['TRIGGER', 'BOOL 1', 'EINVAL', 'signal', 'EINVAL'],
  ['TRIGGER', 'BOOL 0', 'EINVAL', 'nothing', 'EINVAL'],
  ['TRIGGER', 'EVENTFD fd', 'enable bound', 'bind', 'EINVAL'],
  ['TRIGGER', 'EVENTFD -1', 'enable unbound', 'unbind', 'EINVAL'],
  ['MASK', 'any', 'ENOTTY', 'ENOTTY', 'ENOTTY'],
  ['UNMASK', 'any', 'ENOTTY', 'ENOTTY', 'ENOTTY'],
  ['none', 'any', 'ENOTTY', 'ENOTTY', 'ENOTTY'],
  ['several', 'any', 'ENOTTY', 'ENOTTY', 'ENOTTY'],
]);

/** States: unbound, bound; each with and without another index active. */
export const signalRows = rows('signal', [
  ['TRIGGER', 'NONE count 0', 'EINVAL', 'unbind'],
  ['TRIGGER', 'NONE count 1', 'EINVAL', 'signal'],
  ['TRIGGER', 'BOOL 1', 'nothing', 'signal'],
  ['TRIGGER', 'BOOL 0', 'nothing', 'nothing'],
  ['TRIGGER', 'EVENTFD fd', 'bind', 'bind'],
  ['TRIGGER', 'EVENTFD -1', 'nothing', 'unbind'],
  ['MASK', 'any', 'ENOTTY', 'ENOTTY'],
  ['UNMASK', 'any', 'ENOTTY', 'ENOTTY'],
  ['none', 'any', 'ENOTTY', 'ENOTTY'],
  ['several', 'any', 'ENOTTY', 'ENOTTY'],
]);
