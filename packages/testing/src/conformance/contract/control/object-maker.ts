import { type AnyObjectClass, type Control, type Method, type MethodRole } from '@mdevkit/core';
import type { Bench } from '../../bench/index.js';
import { answerOf, codeAnswered, fail, modelOf, type Answer } from '../support/index.js';
import { leastArgs } from './sample-args.js';

/** An object that a client has made. */
export interface Made {
  readonly objectClass: AnyObjectClass;
  /** A number, or a descriptor. */
  readonly handle: unknown;
}

/** The classes of the driver whose objects clients can make. */
export function classesOf(bench: Bench): readonly AnyObjectClass[] {
  return (modelOf(bench)?.objects ?? [])
    .map(({ objectClass }) => objectClass)
    .filter((each) => each.extension === undefined && methodOf(each, 'create') !== undefined);
}

/** Makes objects of any class, with what they need, for one client. */
export class ObjectMaker {
  readonly #bench: Bench;
  readonly #control: Control;
  /** Oldest first: what an object needs stands before it. */
  readonly #made: Made[] = [];
  readonly #making = new Set<AnyObjectClass>();

  constructor(bench: Bench, control: Control) {
    this.#bench = bench;
    this.#control = control;
  }

  /** Undefined if the class refuses whatever is made up for it. Fails if the driver breaks the call. */
  async make(objectClass: AnyObjectClass): Promise<Made | undefined> {
    const create = methodOf(objectClass, 'create');
    if (create === undefined || this.#making.has(objectClass)) {
      return undefined;
    }
    this.#making.add(objectClass);
    try {
      return (
        (await this.#tryMake(objectClass, create, 1)) ??
        (await this.#tryMake(objectClass, create, 0))
      );
    } finally {
      this.#making.delete(objectClass);
    }
  }

  /** Calls a method of an object with the least that it takes; undefined if that cannot be made up. */
  async call(made: Made, method: readonly [string, Method]): Promise<Answer<unknown> | undefined> {
    const { objectClass, handle } = made;
    const args = await this.#args(objectClass, method[1], 1, handle);
    return args && this.#call(objectClass, method[0], args);
  }

  /** `done`, or the errno of the destroy. A descriptor is closed. */
  async destroy(made: Made): Promise<string> {
    this.#made.splice(this.#made.indexOf(made), 1);
    const { objectClass, handle } = made;
    const what = `the destroy of an object of ${objectClass.name}`;
    if (isDescriptor(handle)) {
      return codeAnswered(this.#bench, what, handle.close());
    }
    const [name] = methodOf(objectClass, 'destroy') ?? fail(`there is no way to do ${what}`);
    const answer = await this.#call(objectClass, name, { handle });
    return 'value' in answer ? 'done' : answer.error.code;
  }

  /** Destroys what is there, youngest first; fails where that is refused. */
  async destroyAll(): Promise<void> {
    for (const made of [...this.#made].reverse()) {
      const code = await this.destroy(made);
      if (code !== 'done') {
        fail(
          `the destroy of an object of ${made.objectClass.name}, which nothing uses, is ${code}`,
        );
      }
    }
  }

  async #tryMake(
    objectClass: AnyObjectClass,
    [name, create]: readonly [string, Method],
    number: number,
  ): Promise<Made | undefined> {
    const args = await this.#args(objectClass, create, number, undefined);
    const answer = args && (await this.#call(objectClass, name, args));
    if (answer === undefined || 'error' in answer) {
      return undefined;
    }
    const { handle } = answer.value as { readonly handle: unknown };
    const made = { objectClass, handle };
    this.#made.push(made);
    return made;
  }

  #args(
    objectClass: AnyObjectClass,
    method: Method,
    number: number,
    self: unknown,
  ): Promise<Readonly<Record<string, unknown>> | undefined> {
    return leastArgs(objectClass, method, number, async (of) => {
      return of === objectClass && self !== undefined ? self : (await this.make(of))?.handle;
    });
  }

  #call(
    objectClass: AnyObjectClass,
    method: string,
    args: Readonly<Record<string, unknown>>,
  ): Promise<Answer<unknown>> {
    const call = this.#control.call(objectClass, method, args);
    return answerOf<unknown>(this.#bench, `${objectClass.name}.${method}`, call);
  }
}

export function methodOf(
  { methods }: AnyObjectClass,
  role: MethodRole,
): readonly [string, Method] | undefined {
  return Object.entries(methods).find(([, method]) => method.role === role);
}

function isDescriptor(handle: unknown): handle is { close(): Promise<void> } {
  return typeof handle === 'object' && handle !== null && 'close' in handle;
}
