import {
  createObject,
  defineDriver,
  destroyEventSource,
  fdIn,
  implement,
  MdevError,
  method,
  objectClass,
  optional,
  valueIn,
  valueOut,
  handleOf,
  EventChannelClass,
  type ObjectEvents,
} from '@mdevkit/core';

/** A counter, as an object of a client. */
export const Counter = objectClass({
  name: 'COUNTER',
  id: 0,
  methods: {
    create: createObject(0, {
      start: valueIn(1, 'u32'),
      channel: optional(handleOf(2, EventChannelClass)),
    }),
    destroy: destroyEventSource(1, {}),
    /** 0 fails, and 7 is answered later. */
    add: method(2, { amount: valueIn(1, 'u32'), value: valueOut(2, 'u32'), fd: optional(fdIn(3)) }),
  },
});

interface State {
  value: number;
  readonly events: ObjectEvents;
}

/** What the driver has seen. */
export interface CounterLog {
  alive: number;
  readonly fds: number[];
  /** An addition of 7 waits for it. */
  gate: Promise<void>;
}

/** A device with counters and nothing else. */
export function counterDriver(log: CounterLog): ReturnType<typeof defineDriver> {
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
        implement(Counter).withState<State>(
          {
            create: ({ start, channel }, call) => {
              log.alive++;
              return { state: { value: start, events: call.events({ channel }) } };
            },
            add: (state, { amount, fd }) => {
              if (amount === 0) {
                throw new MdevError('ERANGE', 'counter.zero', 'nothing to add', { amount });
              }
              if (fd !== undefined) {
                log.fds.push(fd);
              }
              state.value += amount;
              state.events.report(1, Uint8Array.of(amount));
              const answer = { value: state.value };
              return amount === 7 ? log.gate.then(() => answer) : answer;
            },
          },
          {
            release: () => {
              log.alive--;
            },
          },
        ),
      ],
    }),
  });
}
