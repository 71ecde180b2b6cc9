import type { Clock, Logger } from '@mdevkit/core';
import { DoeExchanges } from '../exchange/index.js';
import type { DoeExchangePort, DoeInstanceSpec, DoeLimits } from '../feature/index.js';
import { MailboxRegisters } from '../instance/index.js';
import { FeatureTable } from '../ownership/index.js';

/** What the DOE Capabilities of one function are given. */
export interface DoeInstancesServices {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Vectors that the function has, `PciFunctionLayout.vectors`: Interrupt Message Numbers are among them. */
  readonly vectors: number;
  /** Sends a message of the function: `PciFunction.message`. No vector is made for it. */
  message(vector: number): void;
  readonly limits?: Partial<DoeLimits>;
}

/** What all of them share. */
interface Shared {
  readonly services: DoeInstancesServices;
  /** One that does not throw. */
  readonly logger: Logger;
  readonly limits: DoeLimits;
}

/** One DOE Capability: features, the queue in front of them, and the registers. */
export class DoeInstance {
  /** Config offset, which it is named by everywhere. */
  readonly at: number;
  readonly version: 1 | 2;
  /** Interrupt Message Number. */
  readonly message: number | undefined;
  /** Whose each of its features is. */
  readonly features: FeatureTable;
  readonly mailbox: MailboxRegisters;
  readonly #exchanges: DoeExchanges;

  constructor({ at, version = 2, message, features }: DoeInstanceSpec, shared: Shared) {
    const { services, limits } = shared;
    const { clock } = services;
    const logger = shared.logger.child({ doe: at.toString(16) });
    this.at = at;
    this.version = version;
    this.message = message;
    this.features = new FeatureTable(features, logger);
    this.#exchanges = new DoeExchanges({ at, features: this.features, clock, logger, limits });
    this.mailbox = new MailboxRegisters({
      at,
      version,
      exchanges: this.#exchanges,
      interrupt:
        message === undefined
          ? undefined
          : (): void => {
              services.message(message);
            },
      clock,
      limits,
    });
  }

  /** The way to the features that does not go through the registers. */
  get exchanges(): DoeExchangePort {
    return this.#exchanges;
  }

  /** The registers first, so that they do not show what becomes of the others; what is asked meanwhile begins afterwards. */
  reset(): void {
    this.#exchanges.whilePaused(() => {
      this.mailbox.reset();
      this.#exchanges.reset();
      this.features.reset();
    });
  }

  /** Whoever waits is told; nobody can ask from now on. */
  close(): void {
    this.#exchanges[Symbol.dispose]();
  }

  /** After {@link close}. */
  disposeFeatures(): void {
    this.features[Symbol.dispose]();
  }
}
