import { expect } from 'chai';
import { ManualClock } from '../../clock/index.js';
import { ModelGuard } from '../../device/model-guard.js';
import { RecordingLogger } from '../../device/recording-logger.test-support.js';
import { MdevError } from '../../errors/index.js';
import { ControlClient } from '../client/control-client.js';
import type { Control } from '../client/control.js';
import type { ControlMessage, ControlTransport } from '../client/transport.js';
import type { ObjectDescriptor } from '../descriptor.js';
import { ObjectPlane, type ObjectLimits } from '../plane/index.js';
import { ObjectSchema } from '../schema/index.js';
import { ZOO_CLASSES } from './zoo-classes.test-support.js';
import { Zoo } from './zoo.test-support.js';

export const TANK_DEADLINE_MS = 1000;

/** Opens a client of a plane; each transport that is tested has its own. The client is the caller's. */
export type Connect = (plane: ObjectPlane) => Promise<ControlTransport>;

/** A way of calls from a client to a plane, which the same tests are run over. */
export interface Way {
  readonly name: string;
  readonly connect: Connect;
  /** Calls of one client can be under way at the same time. */
  readonly isConcurrent: boolean;
}

/** A client: its typed calls, and the bytes below them. */
export interface TankClient {
  readonly control: Control;
  readonly transport: ControlTransport;
  /** Makes a call of bytes. */
  readonly raw: (
    bytes: Uint8Array,
    descriptors?: readonly (ObjectDescriptor | number)[],
  ) => Promise<ControlMessage<ObjectDescriptor>>;
  /** What a call of bytes answers: `ERRNO reason`, or `ok`. */
  readonly answer: (
    bytes: Uint8Array,
    descriptors?: readonly (ObjectDescriptor | number)[],
  ) => Promise<string>;
}

/** A control plane with the zoo behind it, and a clock that stands still. */
export class Tank implements AsyncDisposable {
  readonly zoo = new Zoo();
  readonly clock = new ManualClock();
  readonly logger = new RecordingLogger();
  readonly plane: ObjectPlane;
  isOpen = true;
  readonly #connect: Connect;
  readonly #clients: Control[] = [];

  constructor(connect: Connect, limits: ObjectLimits = {}) {
    this.#connect = connect;
    this.plane = new ObjectPlane({
      schema: ObjectSchema.build('zoo', ZOO_CLASSES),
      guard: new ModelGuard(this.clock, this.logger, TANK_DEADLINE_MS),
      logger: this.logger,
      limits,
      requireOpen: () => {
        if (!this.isOpen) {
          throw new MdevError('EINVAL', 'tank.not-open', 'the tank is not open');
        }
      },
    });
    this.plane.attach(this.zoo.implementations());
  }

  async client(): Promise<TankClient> {
    const transport = await this.#connect(this.plane);
    const control = new ControlClient(transport);
    this.#clients.push(control);
    const raw: TankClient['raw'] = async (bytes, descriptors = []) => {
      const { bytes: answer, descriptors: given } = await transport.call({ bytes, descriptors });
      return { bytes: answer.slice(), descriptors: given };
    };
    return { control, transport, raw, answer: (bytes, given) => answerOf(raw(bytes, given)) };
  }

  /** Closes the clients; nothing may be left of them. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((control) => control.close()));
    this.expectEmpty();
  }

  /** The driver has nothing that it has not released, and no client is there. */
  expectEmpty(): void {
    expect([...this.zoo.alive].map(({ kind }) => kind)).to.deep.equal([]);
    expect(this.plane.clients).to.equal(0);
  }
}

/** `ERRNO reason` of a call that failed, `ok` of one that did not. Another error than an MdevError is thrown on. */
export async function answerOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (MdevError.is(error)) {
      return `${error.code} ${error.reason}`;
    }
    throw error;
  }
}
