import { Logger, ParentIdentity, Scope, toDisposable } from '@mdevkit/core';
import { inject, injectable } from 'inversify';

/**
 * A service of a parent: all its devices draw from the same roll. The interface and the token that it is
 * injected by have one name.
 */
export interface TicketOffice {
  /** The next number, 1 at first. */
  draw(): number;
}

export const TicketOffice: unique symbol = Symbol.for('example-driver-package/TicketOffice');

/** Lives as long as its parent: what it adds to the `Scope` is released with it. */
@injectable()
export class PaperTicketOffice implements TicketOffice {
  #drawn = 0;

  constructor(
    @inject(ParentIdentity) { name }: ParentIdentity,
    @inject(Logger) logger: Logger,
    @inject(Scope) scope: Scope,
  ) {
    logger.info(`office ${name} opens`);
    const close = toDisposable(() => {
      logger.info(`office ${name} closes; tickets drawn: ${this.#drawn}`);
    });
    scope.add(close);
  }

  draw(): number {
    this.#drawn += 1;
    return this.#drawn;
  }
}
