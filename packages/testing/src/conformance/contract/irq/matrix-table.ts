import type { IrqKind } from './indexes.js';
import type { Action, Payload } from './requests.js';

/** What a cell says: an errno, or what the request does. */
export type CellWord =
  | 'EINVAL'
  | 'ENOTTY'
  | 'nothing'
  | 'enable bound'
  | 'enable unbound'
  | 'bind'
  | 'unbind'
  | 'disable'
  | 'signal'
  | 'mask'
  | 'unmask'
  | 'bind source'
  | 'unbind source';

/** Where an index is: `other` means that another index is active; a signal index is bound (`active`) or not (`off`). */
export type CellState = 'off' | 'active' | 'other';

type Row = readonly [
  action: Action,
  payload: Payload | 'any',
  off: CellWord,
  active: CellWord,
  other?: CellWord,
];

/**
 * The matrix of docs/reference/device-rules.md.
 *
 * Source: Linux drivers/vfio/pci/vfio_pci_intrs.c.
 */
export const matrix: Readonly<Record<IrqKind, readonly Row[]>> = {
  level: [
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
  ],
  message: [
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
  ],
  signal: [
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
  ],
};
