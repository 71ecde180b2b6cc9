import { ManualClock, silentLogger, type Logger } from '@mdevkit/core';
import { encodeObject, type DoeObjectId } from '../../abi/object/index.js';
import {
  doeLimits,
  type DoeExchange,
  type DoeFeatureSpec,
  type DoeLimits,
  type DoeOutcome,
  type DoeRequester,
} from '../feature/index.js';
import {
  registers,
  textOf,
  type ScriptedFeature,
} from '../feature/scripted-feature.test-support.js';
import { FeatureTable } from '../ownership/index.js';
import { DoeExchanges } from './doe-exchanges.js';

/** One exchange, and the outcomes that came. */
export interface Asked {
  readonly exchange: DoeExchange;
  readonly outcomes: DoeOutcome[];
  /** The only outcome as text, `none` without one; several make it fail. */
  readonly text: string;
}

/** Features and the queue in front of them, without registers. */
export class ExchangeBench implements Disposable {
  readonly clock = new ManualClock();
  readonly errors: string[] = [];
  readonly table: FeatureTable;
  readonly exchanges: DoeExchanges;

  constructor(
    features: readonly (ScriptedFeature | DoeFeatureSpec)[],
    limits: Partial<DoeLimits> = {},
  ) {
    const logger = recording(this.errors);
    const specs = features.map((each) => ('feature' in each ? each : { feature: each }));
    this.table = new FeatureTable(specs, logger);
    this.exchanges = new DoeExchanges({
      at: 0x140,
      features: this.table,
      clock: this.clock,
      logger,
      limits: doeLimits(limits),
    });
  }

  /** Asks with a payload of bytes. */
  ask(
    id: DoeObjectId,
    payload: readonly number[] = [1, 2, 3, 4],
    requester: DoeRequester = registers,
    then?: (outcome: DoeOutcome) => void,
  ): Asked {
    const outcomes: DoeOutcome[] = [];
    const object = encodeObject(id, Uint8Array.from(payload));
    const exchange = this.exchanges.submit(requester, object, (outcome) => {
      outcomes.push(outcome);
      then?.(outcome);
    });
    return {
      exchange,
      outcomes,
      get text(): string {
        if (outcomes.length > 1) {
          throw new Error(`${outcomes.length} outcomes`);
        }
        return textOf(outcomes[0]);
      },
    };
  }

  [Symbol.dispose](): void {
    this.exchanges[Symbol.dispose]();
    this.table[Symbol.dispose]();
  }
}

/** A logger that keeps its errors and warnings. */
export function recording(lines: string[]): Logger {
  const keep = (message: string): void => {
    lines.push(message);
  };
  const logger: Logger = { ...silentLogger, warn: keep, error: keep, child: () => logger };
  return logger;
}
