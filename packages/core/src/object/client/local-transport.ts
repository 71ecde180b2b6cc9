import { failure } from '../../errors/index.js';
import type { ObjectDescriptor } from '../descriptor.js';
import type { GivenDescriptor } from '../dispatch/call-frame.js';
import type { Reply } from '../dispatch/dispatcher.js';
import type { ControlFile } from '../plane/control-file.js';
import { LocalDescriptor } from './local-descriptor.js';
import type { ControlMessage, ControlTransport } from './transport.js';

const NO_GIVEN: readonly GivenDescriptor[] = [];
const NO_DESCRIPTORS: readonly ObjectDescriptor[] = [];

/** The way of a call in process: there is none, the bytes are handed over. */
export class LocalTransport implements ControlTransport {
  readonly driverId: number;
  readonly maxMessage: number;
  readonly #file: ControlFile;
  readonly #onClosed: () => void;

  /** `onClosed` is called when the file is closed by this side. */
  constructor(file: ControlFile, onClosed: () => void = () => undefined) {
    this.#file = file;
    this.#onClosed = onClosed;
    this.driverId = file.driverId;
    this.maxMessage = file.maxMessage;
  }

  call(
    request: ControlMessage<ObjectDescriptor | number>,
  ): ControlMessage<ObjectDescriptor> | Promise<ControlMessage<ObjectDescriptor>> {
    const { bytes, descriptors } = request;
    const given = descriptors.length === 0 ? NO_GIVEN : descriptors.map(givenOf);
    const reply = this.#file.call(bytes, given);
    return reply instanceof Promise ? reply.then(received) : received(reply);
  }

  async close(): Promise<void> {
    await this.#file.close();
    this.#onClosed();
  }
}

function givenOf(descriptor: ObjectDescriptor | number): GivenDescriptor {
  const given = typeof descriptor === 'number' ? descriptor : LocalDescriptor.openOf(descriptor);
  if (given === undefined) {
    throw failure('object.descriptor');
  }
  return given;
}

function received({ bytes, descriptors }: Reply): ControlMessage<ObjectDescriptor> {
  return descriptors.length === 0
    ? { bytes, descriptors: NO_DESCRIPTORS }
    : { bytes, descriptors: descriptors.map((open) => new LocalDescriptor(open)) };
}
