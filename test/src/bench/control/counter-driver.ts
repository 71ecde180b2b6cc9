import {
  createObject,
  defineDriver,
  destroyObject,
  EventChannelClass,
  handleOf,
  implement,
  method,
  objectClass,
  optional,
  valueIn,
  valueOut,
  type ObjectEvents,
} from '@mdevkit/core';

/** What the benchmarks call: `add` has four attributes, one of them the object. */
export const Counter = objectClass({
  name: 'COUNTER',
  id: 0,
  methods: {
    create: createObject(0, { channel: optional(handleOf(1, EventChannelClass)) }),
    destroy: destroyObject(1, {}),
    add: method(2, {
      amount: valueIn(1, 'u32'),
      limit: valueIn(2, 'u32'),
      value: valueOut(3, 'u32'),
    }),
  },
});

interface State {
  value: number;
  readonly events: ObjectEvents;
}

/** A device of counters; `onCounter` sees the events of each that is made. */
export function counterDriver(
  onCounter: (events: ObjectEvents) => void = () => undefined,
): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'counters',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'bench0', capacity: 1 }],
    objects: [Counter],
    model: () => ({
      deviceApi: 'vfio-platform',
      regions: [],
      irqs: [],
      objects: [
        implement(Counter).withState<State>({
          create: ({ channel }, call) => {
            const events = call.events({ channel });
            onCounter(events);
            return { state: { value: 0, events } };
          },
          add: (state, { amount, limit }) => {
            state.value = (state.value + amount) % limit;
            return { value: state.value };
          },
        }),
      ],
    }),
  });
}

export const counterType = { parent: 'bench0', type: 'counters-one' } as const;
