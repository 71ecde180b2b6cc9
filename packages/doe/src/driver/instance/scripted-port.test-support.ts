import type { DoeExchange, DoeExchangePort, DoeOutcome, DoeRequester } from '../feature/ports.js';

/** One exchange that the test answers. */
export class ScriptedExchange implements DoeExchange {
  readonly requester: DoeRequester;
  readonly object: Uint8Array;
  /** Cancellations after the first are none. */
  cancelled = false;
  answered = false;
  readonly #done: (outcome: DoeOutcome) => void;
  #works: boolean;
  #promise: Promise<void> | undefined;
  #resolve: () => void = () => undefined;

  constructor(
    requester: DoeRequester,
    object: Uint8Array,
    done: (outcome: DoeOutcome) => void,
    works: boolean,
  ) {
    this.requester = requester;
    this.object = object;
    this.#done = done;
    this.#works = works;
  }

  cancel(): void {
    this.cancelled ||= !this.answered;
  }

  get unsettled(): Promise<void> | undefined {
    if (!this.#works || !(this.cancelled || this.answered)) {
      return undefined;
    }
    this.#promise ??= new Promise((resolve) => {
      this.#resolve = resolve;
    });
    return this.#promise;
  }

  /** Answers, also after a cancellation, as a port should not. */
  answer(outcome: DoeOutcome): void {
    this.answered = true;
    this.#done(outcome);
  }

  /** The feature does not work on it any more; takes effect in a microtask. */
  settle(): void {
    this.#works = false;
    this.#resolve();
  }
}

/** Features that answer when the test says so. */
export class ScriptedPort implements DoeExchangePort {
  readonly asked: ScriptedExchange[] = [];
  /** The feature works on until `settle`, whoever cancels it. */
  hangs = false;
  /** Called in `submit`: may answer at once. */
  onSubmit: (exchange: ScriptedExchange) => void = () => undefined;

  submit(
    requester: DoeRequester,
    object: Uint8Array,
    done: (outcome: DoeOutcome) => void,
  ): ScriptedExchange {
    const exchange = new ScriptedExchange(requester, object, done, this.hangs);
    this.asked.push(exchange);
    this.onSubmit(exchange);
    return exchange;
  }

  /** The one that was asked last. */
  get last(): ScriptedExchange {
    const last = this.asked.at(-1);
    if (last === undefined) {
      throw new Error('nothing was asked');
    }
    return last;
  }
}
