import type { AfuDriverEvent, AfuDriverOps, CopyVerdict } from '../afu-driver.js';

/** An event of a driver that can be told from others. */
export interface NamedEvent extends AfuDriverEvent {
  readonly name: string;
}

/** @param data - its bytes; its name unless given */
export function named(name: string, data: Uint8Array = Buffer.from(name)): NamedEvent {
  return { name, data };
}

/** Answers fetchEvent with what it was given, in order, then with nothing; a function is called for its answer. */
export class ScriptedDriver implements AfuDriverOps<NamedEvent> {
  /** `fetch`, and for each call of eventDelivered the event and its status: `a 0`. */
  readonly log: string[] = [];
  /** What eventDelivered was called with. */
  readonly objects: NamedEvent[] = [];
  /** Answers of eventDelivered; as those of fetchEvent. */
  readonly verdicts: unknown[] = [];
  readonly #answers: unknown[];

  constructor(...answers: unknown[]) {
    this.#answers = answers;
  }

  push(...answers: unknown[]): void {
    this.#answers.push(...answers);
  }

  fetchEvent(): NamedEvent | undefined {
    this.log.push('fetch');
    return answered(this.#answers.shift()) as NamedEvent | undefined;
  }

  eventDelivered(event: NamedEvent, status: number): CopyVerdict | undefined {
    this.objects.push(event);
    this.log.push(`${event.name} ${status}`);
    return answered(this.verdicts.shift()) as CopyVerdict | undefined;
  }

  /** Without the fetches: what became of the events. */
  get ends(): string[] {
    return this.log.filter((line) => line !== 'fetch');
  }
}

function answered(answer: unknown): unknown {
  return typeof answer === 'function' ? (answer as () => unknown)() : answer;
}

/** Throws, as an answer of a {@link ScriptedDriver}. */
export function broken(): never {
  throw new Error('broken driver');
}

/** A promise that the test settles. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export function deferred<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle! };
}
