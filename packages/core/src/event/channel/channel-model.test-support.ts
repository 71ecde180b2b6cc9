/** One step with a channel. Objects are numbered; each event has a number of its own. */
export type Command =
  | { readonly do: 'report'; readonly object: number }
  | { readonly do: 'post' }
  | { readonly do: 'read' }
  | { readonly do: 'fail' }
  | { readonly do: 'small' }
  | { readonly do: 'wait'; readonly broken: boolean }
  | { readonly do: 'purge'; readonly object: number }
  | { readonly do: 'ack'; readonly object: number; readonly count: number }
  | { readonly do: 'destroy'; readonly object: number }
  | { readonly do: 'release'; readonly object: number }
  | { readonly do: 'end' }
  | { readonly do: 'close' };

/** What can be seen of a channel between two steps. */
export interface Visible {
  readonly poll: 'in' | 'error' | 'nothing';
  readonly reported: readonly number[];
  readonly unacknowledged: readonly number[];
  /** What the reads that waited were answered, in order of their asking; undefined for those that wait still. */
  readonly waited: readonly (string | undefined)[];
  /** Whether the destroys, in order of their asking, have ended. */
  readonly destroyed: readonly boolean[];
}

/** What the client knows an object by: the first two by the same. */
export function elementOf(object: number): bigint {
  return object < 2 ? 7n : BigInt(object);
}

interface Event {
  readonly object: number | undefined;
  readonly name: string;
}

/** A channel as nobody would build one: everything is a plain list that is searched from its beginning. */
export class ChannelModel {
  readonly #capacity: number;
  #events: Event[] = [];
  #lost = 0;
  #numbers = 0;
  #state: 'open' | 'ended' | 'closed' = 'open';
  /** Objects, once for each of their events that was read and not acknowledged, in that order. */
  #owed: number[] = [];
  readonly #reported: number[];
  readonly #gone: boolean[];
  readonly #waiting: { readonly broken: boolean; answer: string | undefined }[] = [];
  readonly #destroys: { readonly object: number; over: boolean }[] = [];
  /** By object: what was read and can never be acknowledged. */
  readonly #forgiven: number[];
  readonly #released: boolean[];

  constructor(capacity: number, objects: number) {
    this.#capacity = capacity;
    this.#reported = new Array<number>(objects).fill(0);
    this.#forgiven = new Array<number>(objects).fill(0);
    this.#gone = new Array<boolean>(objects).fill(false);
    this.#released = new Array<boolean>(objects).fill(false);
  }

  run(command: Command): string {
    const answer = this.#run(command);
    this.#destroys.forEach((destroy) => {
      destroy.over ||=
        this.#state !== 'open' ||
        this.#released[destroy.object] === true ||
        this.#debt(destroy.object) === 0;
    });
    return answer;
  }

  state(): Visible {
    const objects = this.#reported.map((_, object) => object);
    return {
      poll: this.#isReadable() ? 'in' : this.#state === 'open' ? 'nothing' : 'error',
      reported: [...this.#reported],
      unacknowledged: objects.map((object) => (this.#forgiven[object] ?? 0) + this.#debt(object)),
      waited: this.#waiting.map(({ answer }) => answer),
      destroyed: this.#destroys.map(({ over }) => over),
    };
  }

  /** The device goes, and what is left is read: nobody waits then. */
  finish(): Visible {
    this.run({ do: 'end' });
    while (this.#isReadable()) {
      this.run({ do: 'read' });
    }
    return this.state();
  }

  #run(command: Command): string {
    switch (command.do) {
      case 'report':
        return this.#push(command.object);
      case 'post':
        return this.#push(undefined);
      case 'read':
        return this.#read('');
      case 'fail':
        return this.#read('EFAULT event.copy');
      case 'small':
        return this.#read('EINVAL event.room');
      case 'wait':
        return this.#wait(command.broken);
      case 'purge':
        return this.#purge(command.object);
      case 'release':
        this.#released[command.object] = true;
        this.#forgive(command.object);
        return this.#purge(command.object);
      case 'destroy':
        this.#purge(command.object);
        this.#destroys.push({ object: command.object, over: false });
        return '';
      case 'ack':
        return this.#acknowledge(elementOf(command.object), command.count);
      case 'end':
        return this.#end('ended', 'EIO event.ended');
      case 'close':
        return this.#close();
    }
  }

  #isReadable(): boolean {
    return this.#lost > 0 || this.#events.length > 0;
  }

  #debt(object: number): number {
    return this.#owed.filter((owing) => owing === object).length;
  }

  #push(object: number | undefined): string {
    this.#numbers += 1;
    if (this.#state !== 'open' || (object !== undefined && this.#gone[object] === true)) {
      return '';
    }
    const number = String(this.#numbers % 50_000);
    const name =
      object === undefined ? `0:core ${number}` : `${String(elementOf(object))}:${number}`;
    this.#events.push({ object, name });
    if (this.#events.length > this.#capacity) {
      this.#events.shift();
      this.#lost += 1;
    }
    for (const waiter of this.#waiting) {
      if (waiter.answer === undefined && this.#isReadable()) {
        waiter.answer = this.#read(waiter.broken ? 'EFAULT event.copy' : '');
      }
    }
    return '';
  }

  /** @param failing - what the read is answered if there is anything; the event then stays */
  #read(failing: string): string {
    if (!this.#isReadable()) {
      return { open: 'EAGAIN event.empty', ended: 'EIO event.ended', closed: 'EBADF event.closed' }[
        this.#state
      ];
    }
    if (failing !== '') {
      return failing;
    }
    if (this.#lost > 0) {
      const lost = `lost ${String(this.#lost)}`;
      this.#lost = 0;
      return lost;
    }
    const { object, name } = this.#events.shift() ?? { object: undefined, name: '' };
    if (object !== undefined) {
      this.#reported[object] = (this.#reported[object] ?? 0) + 1;
      this.#owed.push(object);
    }
    return name;
  }

  #wait(broken: boolean): string {
    const answer = this.#read(broken ? 'EFAULT event.copy' : '');
    this.#waiting.push({ broken, answer: answer.startsWith('EAGAIN') ? undefined : answer });
    return '';
  }

  #purge(object: number): string {
    this.#gone[object] = true;
    this.#events = this.#events.filter((event) => event.object !== object);
    return '';
  }

  #forgive(object: number): void {
    this.#forgiven[object] = (this.#forgiven[object] ?? 0) + this.#debt(object);
    this.#owed = this.#owed.filter((owing) => owing !== object);
  }

  #acknowledge(element: bigint, count: number): string {
    const owing = [...new Set(this.#owed)].filter((object) => elementOf(object) === element);
    const debt = owing.reduce((sum, object) => sum + this.#debt(object), 0);
    if (debt === 0) {
      return 'EINVAL event.ack-element';
    }
    if (count > debt) {
      return 'EINVAL event.ack-count';
    }
    for (let i = 0; i < count; i++) {
      const first = owing.find((object) => this.#debt(object) > 0) ?? 0;
      this.#owed.splice(this.#lastOf(first), 1);
    }
    return '';
  }

  /** The newest debt of an object: an object that still owes something keeps its place in the order. */
  #lastOf(object: number): number {
    return this.#owed.lastIndexOf(object);
  }

  #end(state: 'ended' | 'closed', answer: string): string {
    if (this.#state === 'open') {
      this.#state = state;
      for (const waiter of this.#waiting) {
        waiter.answer ??= answer;
      }
    }
    return '';
  }

  #close(): string {
    this.#reported.forEach((_, object) => {
      this.#forgive(object);
    });
    this.#end('closed', 'EBADF event.closed');
    this.#state = 'closed';
    this.#events = [];
    this.#lost = 0;
    return '';
  }
}
