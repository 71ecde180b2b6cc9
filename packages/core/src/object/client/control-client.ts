import { isThenable } from '../../device/model-guard.js';
import { failure, type MdevError } from '../../errors/index.js';
import { trackDisposable, trackReleased } from '../../lifecycle/index.js';
import {
  classWireId,
  type AnyObjectClass,
  type CallArgs,
  type CallResult,
  type MethodName,
} from '../declare/index.js';
import type { ObjectDescriptor } from '../descriptor.js';
import type { Values } from '../implement/index.js';
import type { CatalogueClass, ObjectCatalogue } from '../schema/catalogue.js';
import { DeviceClass } from '../schema/core-classes.js';
import { MessageReader } from '../wire/message-reader.js';
import { MessageWriter } from '../wire/message-writer.js';
import { parseCatalogue } from './catalogue.js';
import { ClientPlans, type ClientPlan } from './client-plan.js';
import type { Control } from './control.js';
import { Pages } from './pages.js';
import { readReply } from './read-reply.js';
import type { ControlMessage, ControlTransport } from './transport.js';
import { writeRequest } from './write-request.js';

type ReplyMessage = ControlMessage<ObjectDescriptor>;

/** Bytes of a catalogue, and handles of a class, that a client takes from a device. */
const MAX_CATALOGUE = 1 << 24;
const MAX_HANDLES = 1 << 20;

/**
 * The client's side of the control plane, over any transport, which it owns: encodes calls, and decodes and checks what
 * comes back.
 */
export class ControlClient implements Control {
  readonly #transport: ControlTransport;
  readonly #plans = new ClientPlans();
  readonly #reader = new MessageReader();
  /** Not in use by any call. */
  #writer: MessageWriter | undefined;
  #closing: Promise<void> | undefined;

  constructor(transport: ControlTransport) {
    this.#transport = transport;
    this.#writer = new MessageWriter(transport.maxMessage);
    trackDisposable(this);
  }

  async call<C extends AnyObjectClass, M extends MethodName<C>>(
    objectClass: C,
    method: M,
    args: CallArgs<C, M>,
  ): Promise<CallResult<C, M>> {
    const plan = this.#plans.find(objectClass, method);
    // A client in plain JavaScript may pass anything.
    const values: unknown = args;
    if (plan === undefined || typeof values !== 'object' || values === null) {
      throw notCallable(objectClass, method, plan);
    }
    const answer = this.#call(plan, values as Values);
    // The plan is made of the declaration that the types are made of.
    return (isThenable(answer) ? await answer : answer) as CallResult<C, M>;
  }

  async query(): Promise<ObjectCatalogue> {
    const pages = new Pages<Uint8Array>(MAX_CATALOGUE);
    do {
      const { catalogue, total } = await this.call(DeviceClass, 'query', { start: pages.received });
      pages.add(catalogue, total);
    } while (!pages.isWhole);
    const found = parseCatalogue(pages.parts);
    const classes: CatalogueClass[] = [];
    for (const each of found.classes) {
      classes.push({ ...each, handles: await this.#handles(each.id) });
    }
    return { ...found, classes };
  }

  async handles(objectClass: AnyObjectClass): Promise<readonly number[]> {
    return this.#handles(classWireId(objectClass));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #call(plan: ClientPlan, args: Values): Values | Promise<Values> {
    if (this.#closing !== undefined) {
      throw failure('object.closed');
    }
    const transport = this.#transport;
    const writer = this.#writer ?? new MessageWriter(transport.maxMessage);
    // The bytes of a request belong to its call until that is over.
    this.#writer = undefined;
    const request = writeRequest(writer, plan, transport.driverId, args);
    const reply = transport.call(request);
    if (isThenable(reply)) {
      return this.#later(plan, reply);
    }
    this.#writer = writer;
    return this.#read(this.#reader, plan, reply);
  }

  async #later(plan: ClientPlan, reply: Promise<ReplyMessage>): Promise<Values> {
    return this.#read(new MessageReader(), plan, await reply);
  }

  #read(reader: MessageReader, plan: ClientPlan, reply: ReplyMessage): Values {
    try {
      return readReply(reader, plan, reply, this.#transport.maxMessage);
    } catch (error) {
      for (const descriptor of reply.descriptors) {
        void descriptor.close();
      }
      throw error;
    }
  }

  async #handles(classId: number): Promise<readonly number[]> {
    const pages = new Pages<readonly bigint[]>(MAX_HANDLES);
    do {
      const start = pages.received;
      const { handles, total } = await this.call(DeviceClass, 'infoHandles', { classId, start });
      pages.add(handles, total);
    } while (!pages.isWhole);
    return pages.parts.flatMap((page) => page.map(Number));
  }

  async #close(): Promise<void> {
    await this.#transport.close();
    trackReleased(this);
  }
}

/** Why there is no call: no class, no method of it, or no arguments. */
function notCallable(
  objectClass: unknown,
  method: unknown,
  plan: ClientPlan | undefined,
): MdevError {
  const { name, methods } = (objectClass ?? {}) as Partial<AnyObjectClass>;
  const problem =
    typeof methods !== 'object'
      ? 'not a class'
      : plan === undefined
        ? 'the class declares no such method'
        : 'arguments are an object';
  return failure('object.argument', {
    class: typeof name === 'string' ? name : undefined,
    method: String(method),
    problem,
  });
}
