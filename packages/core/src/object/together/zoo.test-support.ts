import { EVENT_DEVICE_ERROR, EventChannel } from '../../event/channel/index.js';
import type { ObjectEvents } from '../../event/channel/object-events.js';
import { deferred, type Deferred } from '../../device/endpoint.test-support.js';
import {
  implement,
  type Call,
  type DestroyReason,
  type Implementation,
  type Values,
} from '../implement/index.js';
import { Catch, Fish, Lure, Net, Pond, Tool } from './zoo-classes.test-support.js';

/** Something that the driver has made and not released. */
export interface Animal {
  readonly kind: string;
  readonly handle: number;
  level: number;
  readonly events?: ObjectEvents;
  readonly channel?: EventChannel;
}

/** A place where a handler waits until the test lets it go on. */
export interface Gate {
  /** Resolves when a handler is there. */
  readonly entered: Promise<void>;
  readonly open: () => void;
  readonly fail: (error: unknown) => void;
}

/** The driver: what it has made, what it was told, and how it is told to fail. */
export class Zoo {
  readonly alive = new Set<Animal>();
  /** `KIND reason` of every release that succeeded. */
  readonly released: string[] = [];
  /** Of the last call that a handler has seen. */
  call: Call | undefined;
  args: Values = {};
  /** What `TOOL.answer` answers. */
  answer: () => unknown = () => ({ must: 0n });
  /** Called by every handler and every release; a test makes it throw. */
  onStep: (step: string, handle: number) => void = () => undefined;
  /** What a fish is to be known by, as plain JavaScript may say it. */
  elementOf: (asked: bigint | undefined) => unknown = (asked) => asked;
  /** Every release waits for it. */
  releases: Promise<void> | undefined;
  readonly #gates = new Map<
    string,
    { readonly entered: Deferred<void>; readonly way: Deferred<void> }
  >();

  /** Makes the next handler of a step wait: `POND.create`, or `POND.release`. */
  gate(step: string): Gate {
    const gate = { entered: deferred(), way: deferred() };
    this.#gates.set(step, gate);
    return { entered: gate.entered.promise, open: gate.way.resolve, fail: gate.way.reject };
  }

  implementations(): readonly Implementation[] {
    return [this.#pond(), this.#fish(), this.#net(), this.#catch(), this.#tool(), this.#lure()];
  }

  #pond(): Implementation {
    return implement(Pond).withState<Animal>(
      {
        create: (args, call) =>
          this.#run('POND.create', args, call, () => this.#make('POND', call)),
        feed: (pond, args, call) =>
          this.#run('POND.feed', args, call, () => ({ level: (pond.level += args.amount) })),
        look: (pond, args, call) =>
          this.#run('POND.look', args, call, () => ({ level: pond.level })),
      },
      { release: (pond, reason) => this.#release('POND', pond, reason) },
    );
  }

  #fish(): Implementation {
    return implement(Fish).withState<Animal>(
      {
        create: (args, call) =>
          this.#run('FISH.create', args, call, () => {
            const { channel } = args;
            const element = this.elementOf(args.element) as bigint | undefined;
            const events = call.events({ channel, element });
            return { ...this.#make('FISH', call, { events }), named: 1 };
          }),
        destroy: (fish, args, call) =>
          this.#run('FISH.destroy', args, call, () => ({ weight: fish.level })),
        poke: (fish, args, call) =>
          this.#run('FISH.poke', args, call, () => {
            fish.events?.report(args.type);
            return undefined;
          }),
      },
      { release: (fish, reason) => this.#release('FISH', fish, reason) },
    );
  }

  #net(): Implementation {
    return implement(Net).withState<Animal & { readonly channel: EventChannel }>(
      {
        create: (args, call) =>
          this.#run('NET.create', args, call, () => {
            const channel = new EventChannel({ capacity: 16 });
            return { ...this.#make('NET', call, { channel }), size: 5 };
          }),
        fill: (net, args, call) =>
          this.#run('NET.fill', args, call, () => {
            for (let i = 0; i < args.count; i++) {
              net.channel.post(BigInt(i), EVENT_DEVICE_ERROR);
            }
            return undefined;
          }),
      },
      {
        release: (net, reason) => {
          if (reason === 'driver-remove') {
            net.channel.end();
          }
          return this.#release('NET', net, reason);
        },
        descriptor: (net) => {
          this.onStep('NET.descriptor', net.handle);
          return net.channel;
        },
      },
    );
  }

  #catch(): Implementation {
    return implement(Catch).withState<Animal>(
      {
        create: (args, call) =>
          this.#run('CATCH.create', args, call, () => this.#make('CATCH', call)),
      },
      { release: (animal, reason) => this.#release('CATCH', animal, reason) },
    );
  }

  #lure(): Implementation {
    return implement(Lure).withState<Animal & { readonly channel: EventChannel }>(
      {
        create: (args, call) =>
          this.#run('LURE.create', args, call, () =>
            this.#make('LURE', call, { channel: new EventChannel() }),
          ),
        wiggle: (_, args, call) => this.#run('LURE.wiggle', args, call, () => undefined),
      },
      {
        release: (lure, reason) => this.#release('LURE', lure, reason),
        descriptor: ({ channel }) => channel,
      },
    );
  }

  #tool(): Implementation {
    return implement(Tool).withState({
      echo: (args, call) =>
        this.#run('TOOL.echo', args, call, () => ({
          saw: new TextEncoder().encode(show(args)),
        })),
      // What plain JavaScript may answer.
      answer: (args, call) =>
        this.#run('TOOL.answer', args, call, () => this.answer() as { readonly must: bigint }),
      school: (args, call) =>
        this.#run('TOOL.school', args, call, () => ({
          count: (args.fish?.length ?? 0) + (args.ponds?.length ?? 0),
        })),
      wait: (args, call) => this.#run('TOOL.wait', args, call, () => undefined),
    });
  }

  #run<T>(step: string, args: object, call: Call, run: () => T): T | Promise<T> {
    this.call = call;
    this.args = { ...args };
    this.onStep(step, call.handle);
    const gate = this.#gates.get(step);
    if (gate === undefined) {
      return run();
    }
    this.#gates.delete(step);
    gate.entered.resolve();
    return gate.way.promise.then(run);
  }

  #make<A extends Partial<Animal>>(
    kind: string,
    call: Call,
    more?: A,
  ): { readonly state: Animal & A } {
    const state = { kind, handle: call.handle, level: 0, ...more } as Animal & A;
    this.alive.add(state);
    return { state };
  }

  #release(kind: string, animal: Animal, reason: DestroyReason): void | Promise<void> {
    const finish = (): void => {
      this.alive.delete(animal);
      this.released.push(`${kind} ${reason}`);
    };
    this.onStep(`${kind}.release ${reason}`, animal.handle);
    const gate = this.#gates.get(`${kind}.release`);
    if (gate === undefined && this.releases !== undefined) {
      return this.releases.then(finish);
    }
    if (gate === undefined) {
      finish();
      return undefined;
    }
    this.#gates.delete(`${kind}.release`);
    gate.entered.resolve();
    return gate.way.promise.then(finish);
  }
}

/** The values of a call as JSON: bigints as `1n`, bytes as `[1,2]`. */
export function show(values: object): string {
  return JSON.stringify(values, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? [...value] : value,
  );
}
