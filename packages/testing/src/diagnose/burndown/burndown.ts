import type {
  ClientCall,
  DeviceModel,
  InterposedMdev,
  Interposer,
  Interposition,
} from '@mdevkit/core';
import { DevicePlaces, observe, type RegionNames } from '../names/index.js';
import { accessFindings } from './access-findings.js';
import { burndownLines } from './burndown-lines.js';
import { Ledger } from './ledger.js';
import { refusalFinding, unusedIrqFinding } from './refusal-finding.js';
import type { BurndownFinding, BurndownRow } from './row.js';

export interface BurndownOptions {
  /** Names, access and fields of registers, where the model does not say. */
  readonly names?: RegionNames;
}

/**
 * What clients touched and the model does not implement: the list that a bring-up works off. It stands around all mdevs of
 * a host and adds up those of one type. Accesses are told apart register by register; what a client only asks to find out
 * what there is (region and irq infos) does not count.
 *
 * Writes to registers that are read-only are known from the model, where it says so, and from `names`; names of registers that
 * are not implemented are known from `names` only.
 *
 * @example
 * const burndown = new Burndown({ names: { 0: layout } });
 * await using host = new MdevHost({ interposers: [burndown] });
 * …
 * console.log(burndown.lines().join('\n'));
 */
export class Burndown implements Interposer {
  readonly #names: RegionNames;
  readonly #ledger = new Ledger();

  constructor({ names = {} }: BurndownOptions = {}) {
    this.#names = names;
  }

  interpose({ identity: { type } }: InterposedMdev): Interposition {
    let model: Pick<DeviceModel, 'regions' | 'irqs'> = { regions: [], irqs: [] };
    let places = DevicePlaces.of(model);
    return {
      model: (inner) => {
        model = inner;
        places = DevicePlaces.of(inner, this.#names);
        return inner;
      },
      call: (call, proceed) =>
        observe(
          proceed,
          (answer) => {
            this.#served(type, places, call, answer);
          },
          (error) => {
            this.#add(
              isUnusedIrq(call, model)
                ? unusedIrqFinding(type, call.request.index, error)
                : refusalFinding(type, places, call, error),
            );
          },
        ),
    };
  }

  /** The most frequent first. */
  report(): readonly BurndownRow[] {
    return this.#ledger.rows();
  }

  /** {@link Burndown.report} as a table for people; a single line if there is nothing. */
  lines(): string[] {
    return burndownLines(this.#ledger.rows(), this.#ledger.beyond);
  }

  /** What comes from now on is counted from 1. */
  clear(): void {
    this.#ledger.clear();
  }

  #served(type: string, places: DevicePlaces, call: ClientCall, answer: unknown): void {
    if ((call.kind === 'read' || call.kind === 'write') && typeof answer === 'number') {
      for (const finding of accessFindings(type, places, call, answer)) {
        this.#add(finding);
      }
    }
  }

  #add(finding: BurndownFinding | undefined): void {
    if (finding !== undefined) {
      this.#ledger.add(finding);
    }
  }
}

function isUnusedIrq(
  call: ClientCall,
  { irqs }: Pick<DeviceModel, 'irqs'>,
): call is Extract<ClientCall, { readonly kind: 'set-irqs' }> {
  if (call.kind !== 'set-irqs') {
    return false;
  }
  const spec = irqs[call.request.index];
  return spec === undefined || spec.kind === 'absent' || spec.count === 0;
}
