import { POLLERR, POLLIN } from '@mdevkit/uapi';
import { microtasks, outcome, settled } from '../../errors/outcome.test-support.js';
import { elementOf, type Command, type Visible } from './channel-model.test-support.js';
import { ack, readNow, Room } from './channel.test-support.js';
import { EventChannel } from './event-channel.js';
import type { EventSource } from './event-source.js';

const BROKEN = new Error('broken');

/** The channel itself, driven as its model is. */
export class ChannelUnderTest {
  readonly #channel: EventChannel;
  readonly #objects: readonly EventSource[];
  #numbers = 0;
  readonly #waited: { answer: string | undefined }[] = [];
  readonly #destroys: { over: boolean }[] = [];

  constructor(capacity: number, objects: number) {
    const channel = new EventChannel({ capacity });
    this.#channel = channel;
    this.#objects = Array.from({ length: objects }, (_, i) => channel.source(elementOf(i)));
  }

  async run(command: Command): Promise<string> {
    const answer = outcome(() => this.#run(command)) ?? '';
    await microtasks();
    return answer;
  }

  state(): Visible {
    const mask = this.#channel.poll();
    return {
      poll: (mask & POLLIN) !== 0 ? 'in' : mask === POLLERR ? 'error' : 'nothing',
      reported: this.#objects.map(({ reported }) => reported),
      unacknowledged: this.#objects.map(({ unacknowledged }) => unacknowledged),
      waited: this.#waited.map(({ answer }) => answer),
      destroyed: this.#destroys.map(({ over }) => over),
    };
  }

  async finish(): Promise<Visible> {
    await this.run({ do: 'end' });
    while ((this.#channel.poll() & POLLIN) !== 0) {
      await this.run({ do: 'read' });
    }
    return this.state();
  }

  #run(command: Command): string | undefined {
    switch (command.do) {
      case 'report':
      case 'post':
        this.#report(command.do === 'report' ? this.#objects[command.object] : undefined);
        return undefined;
      case 'read':
        return readNow(this.#channel);
      case 'fail':
        return readNow(this.#channel, new Room({ broken: BROKEN }));
      case 'small':
        return readNow(this.#channel, new Room({ length: 15 }));
      case 'wait':
        void this.#wait(new Room(command.broken ? { broken: BROKEN } : {}));
        return undefined;
      case 'purge':
        this.#objects[command.object]?.purge();
        return undefined;
      case 'release':
        this.#objects[command.object]?.release();
        return undefined;
      case 'ack':
        ack(this.#channel, elementOf(command.object), command.count);
        return undefined;
      case 'destroy':
        void this.#destroy(this.#objects[command.object]);
        return undefined;
      case 'end':
        this.#channel.end();
        return undefined;
      case 'close':
        this.#channel.closed();
        return undefined;
    }
  }

  #report(object: EventSource | undefined): void {
    this.#numbers += 1;
    const number = this.#numbers % 50_000;
    if (object === undefined) {
      // Number 0 would be a marker of losses; there are never so many.
      this.#channel.post(0n, number);
    } else {
      object.report(number);
    }
  }

  async #wait(room: Room): Promise<void> {
    const waited: { answer: string | undefined } = { answer: undefined };
    this.#waited.push(waited);
    const length = await settled(async () => this.#channel.read(room, false));
    waited.answer = typeof length === 'string' ? length : room.event;
  }

  async #destroy(object: EventSource | undefined): Promise<void> {
    const destroy = { over: false };
    this.#destroys.push(destroy);
    object?.purge();
    await object?.acknowledged();
    destroy.over = true;
  }
}
