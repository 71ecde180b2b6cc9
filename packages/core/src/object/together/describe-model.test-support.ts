import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Handle } from '../declare/index.js';
import type { ObjectDescriptor } from '../descriptor.js';
import { answerOf, Tank, type TankClient, type Way } from './tank.test-support.js';
import { Catch, Fish, Net, Pond } from './zoo-classes.test-support.js';

const SEED = 20261121;

/** What the model knows of an object: its class, what it lives on, and how its client calls it. */
interface Known {
  readonly kind: 'POND' | 'FISH' | 'NET' | 'CATCH';
  readonly parent: Known | undefined;
  readonly handle: number;
  readonly descriptor: ObjectDescriptor | undefined;
}

type Command =
  | { readonly kind: 'create'; readonly what: Known['kind']; readonly pick: number }
  | { readonly kind: 'destroy'; readonly pick: number; readonly isRefused: boolean }
  | { readonly kind: 'stale'; readonly pick: number };

const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('create' as const),
        what: fc.constantFrom('POND' as const, 'FISH' as const, 'NET' as const, 'CATCH' as const),
        pick: fc.nat(),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('destroy' as const),
        pick: fc.nat(),
        isRefused: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('stale' as const), pick: fc.nat() }) },
  ),
  { maxLength: 40 },
);

/** Runs commands against a device and a model of it. */
class Walk {
  readonly known: Known[] = [];
  readonly gone: Known[] = [];
  readonly #tank: Tank;
  readonly #client: TankClient;

  constructor(tank: Tank, client: TankClient) {
    this.#tank = tank;
    this.#client = client;
  }

  async run(command: Command): Promise<void> {
    if (command.kind === 'create') {
      await this.#create(command.what, command.pick);
    } else if (command.kind === 'stale') {
      await this.#stale(this.gone[command.pick % this.gone.length]);
    } else {
      await this.#destroy(this.known[command.pick % this.known.length], command.isRefused);
    }
    this.#compare();
  }

  async #create(kind: Known['kind'], pick: number): Promise<void> {
    const parents = this.known.filter((each) => each.kind === (kind === 'CATCH' ? 'NET' : 'POND'));
    const parent = kind === 'POND' ? undefined : parents[pick % parents.length];
    if (kind !== 'POND' && parent === undefined) {
      return;
    }
    const { control } = this.#client;
    const pond = (parent?.handle ?? 0) as Handle<'POND'>;
    let handle = 0;
    let descriptor: ObjectDescriptor | undefined;
    if (kind === 'POND') {
      ({ handle } = await control.call(Pond, 'create', { depth: 1 }));
    } else if (kind === 'FISH') {
      ({ handle } = await control.call(Fish, 'create', { pond }));
    } else if (kind === 'CATCH') {
      const net = parent!.descriptor!;
      ({ handle } = await control.call(Catch, 'create', { net }));
    } else {
      ({ handle: descriptor } = await control.call(Net, 'create', { pond }));
      handle = this.#tank.zoo.call?.handle ?? 0;
    }
    this.known.push({ kind, parent, handle, descriptor });
  }

  async #destroy(one: Known | undefined, isRefused: boolean): Promise<void> {
    if (one === undefined) {
      return;
    }
    if (one.descriptor !== undefined) {
      await one.descriptor.close();
      this.#forget(one);
      return;
    }
    const hasChildren = this.known.some(({ parent }) => parent === one);
    this.#tank.zoo.onStep = () => {
      if (isRefused) {
        throw new Error('refused');
      }
    };
    const answer = await answerOf(destroy(this.#client, one));
    this.#tank.zoo.onStep = () => undefined;
    if (hasChildren) {
      expect(answer).to.equal('EBUSY object.has-children');
    } else if (isRefused) {
      expect(answer).to.equal('EIO model.threw');
    } else {
      expect(answer).to.equal('ok');
      this.#forget(one);
    }
  }

  async #stale(one: Known | undefined): Promise<void> {
    if (one?.descriptor === undefined && one !== undefined) {
      expect(await answerOf(destroy(this.#client, one))).to.equal('ENOENT object.absent');
    }
  }

  /** With all that lives on it. */
  #forget(one: Known): void {
    for (const child of this.known.filter(({ parent }) => parent === one)) {
      this.#forget(child);
    }
    this.known.splice(this.known.indexOf(one), 1);
    this.gone.push(one);
  }

  #compare(): void {
    const there = [...this.#tank.zoo.alive].map(({ kind, handle }) => `${kind} ${handle}`);
    const known = this.known.map(({ kind, handle }) => `${kind} ${handle}`);
    expect(there.sort()).to.deep.equal(known.sort());
  }
}

async function destroy({ control }: TankClient, one: Known): Promise<unknown> {
  if (one.kind === 'POND') {
    return control.call(Pond, 'destroy', { handle: one.handle as Handle<'POND'> });
  }
  return one.kind === 'FISH'
    ? control.call(Fish, 'destroy', { handle: one.handle as Handle<'FISH'> })
    : control.call(Catch, 'destroy', { handle: one.handle as Handle<'CATCH'> });
}

/** Any order of creating, destroying and closing. */
export function describeModel({ name, connect }: Way): void {
  describe(`objects against a model, ${name} (own rule: what is there is what was made and not destroyed)`, () => {
    it('uverbs §6.4 any order: creating, destroying, refusing and closing', async () => {
      await fc.assert(
        fc.asyncProperty(commands, async (list) => {
          const tank = new Tank(connect);
          const client = await tank.client();
          const walk = new Walk(tank, client);
          try {
            for (const command of list) {
              await walk.run(command);
            }
            const handles = [
              ...(await client.control.handles(Pond)),
              ...(await client.control.handles(Fish)),
              ...(await client.control.handles(Net)),
              ...(await client.control.handles(Catch)),
            ];
            const known = walk.known.map(({ handle }) => handle);
            expect(handles.sort()).to.deep.equal(known.sort());
          } finally {
            await client.control.close();
          }
          tank.expectEmpty();
        }),
        { seed: SEED, numRuns: 150 },
      );
    });
  });
}
