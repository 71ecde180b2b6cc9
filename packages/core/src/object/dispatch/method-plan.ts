import type { AttributeSpec } from '../declare/index.js';
import type { BoundClass, BoundMethod } from '../schema/bound.js';
import { codecOf, isOut, type AttributeCodec } from '../wire/codec/index.js';

/** An attribute of a method, ready to be parsed and answered. */
export interface SlotPlan {
  /** Its place in the method. */
  readonly slot: number;
  readonly name: string;
  readonly wireId: number;
  readonly mandatory: boolean;
  readonly spec: AttributeSpec;
  readonly isOut: boolean;
  readonly isEnum: boolean;
  /** None for handles and descriptors. */
  readonly codec: AttributeCodec | undefined;
  readonly target: BoundClass | undefined;
}

/** What the core answers itself when an object that reports events is destroyed; see `destroyEventSource`. */
const EVENTS_ID = 0;
const EVENTS_FLAGS_ID = 1;
const EVENTS_STRUCT = 'mdevkit_destroyed_events';

/** All that a call of a method needs to know, worked out once. */
export class MethodPlan {
  readonly method: BoundMethod;
  /** For logs and errors. */
  readonly what: string;
  readonly slots: readonly SlotPlan[];
  /** What the client gets, but for a new handle. */
  readonly outs: readonly SlotPlan[];
  /** Flags, which are 0 when the client says nothing. */
  readonly flags: readonly SlotPlan[];
  /** What is created, destroyed or worked on. */
  readonly handle: SlotPlan | undefined;
  /** Where the client hears of the events of what it destroys. */
  readonly events: SlotPlan | undefined;
  /** Where it says that it wants to wait for them. */
  readonly wait: SlotPlan | undefined;

  constructor(method: BoundMethod) {
    this.method = method;
    this.what = `${method.owner.name}.${method.name}`;
    this.slots = method.attributes.map(({ slot, name, wireId, mandatory, spec, target }) => ({
      slot,
      name,
      wireId,
      mandatory,
      spec,
      isOut: isOut(spec),
      isEnum: spec.kind === 'enum',
      codec: codecOf(spec),
      target,
    }));
    this.outs = this.slots.filter((slot) => slot.isOut);
    this.flags = this.slots.filter(({ spec }) => spec.kind === 'flags');
    this.handle = this.slots[method.handleSlot];
    const { events, wait } = method.role === 'destroy' ? eventSlots(this.slots) : {};
    this.events = events;
    this.wait = wait;
  }
}

function eventSlots(slots: readonly SlotPlan[]): {
  readonly events?: SlotPlan | undefined;
  readonly wait?: SlotPlan | undefined;
} {
  const events = slots.find(
    ({ wireId, spec }) =>
      wireId === EVENTS_ID && spec.kind === 'struct' && spec.layout.name === EVENTS_STRUCT,
  );
  const wait = slots.find(
    ({ wireId, spec }) => wireId === EVENTS_FLAGS_ID && spec.kind === 'flags',
  );
  return events === undefined ? {} : { events, wait };
}
