import {
  bytesIn,
  createFdObject,
  createObject,
  defineDriver,
  destroyEventSource,
  EventChannelClass,
  fdObjectClass,
  handleOf,
  implement,
  method,
  objectClass,
  optional,
  valueIn,
  type DeviceModel,
  type ObjectEvents,
} from '@mdevkit/core';
import { Feed } from './feed.js';

/** Something to put texts into. */
export const Box = objectClass({
  name: 'BOX',
  id: 0,
  methods: {
    create: createObject(0, {
      channel: optional(handleOf(1, EventChannelClass)),
      element: optional(valueIn(2, 'u64')),
    }),
    destroy: destroyEventSource(1, {}),
    put: method(2, { text: bytesIn(1, { min: 1, max: 64 }) }),
  },
});

/** A descriptor that the texts of a box are read from. The box cannot go before it. */
export const BoxFeed = fdObjectClass({
  name: 'FEED',
  id: 1,
  methods: { create: createFdObject(0, { box: handleOf(1, Box, { parent: true }) }) },
});

/** What a box reports when something is put into it; the data is the text. */
export const BOX_PUT = 1;

interface BoxState {
  readonly events: ObjectEvents;
  readonly feeds: Set<Feed>;
}

/** A device with objects and nothing else. */
class BoxDevice implements DeviceModel {
  readonly deviceApi = 'vfio-platform';
  readonly regions = [];
  readonly irqs = [];

  readonly #boxes = implement(Box).withState<BoxState>({
    create: (args, call) => ({ state: { events: call.events(args), feeds: new Set() } }),
    put: ({ events, feeds }, { text }) => {
      // The bytes are the call's: what is kept longer is a copy.
      feeds.forEach((feed) => {
        feed.push(text.slice());
      });
      events.report(BOX_PUT, text);
    },
  });

  readonly #feeds = implement(BoxFeed).withState<{ readonly box: BoxState; readonly feed: Feed }>(
    {
      create: (args) => {
        const box = this.#boxes.of(args.box);
        const feed = new Feed();
        box.feeds.add(feed);
        return { state: { box, feed } };
      },
    },
    {
      descriptor: ({ feed }) => feed,
      release: ({ box, feed }) => {
        box.feeds.delete(feed);
      },
    },
  );

  readonly objects = [this.#boxes, this.#feeds];
}

export const boxDriver = defineDriver({
  name: 'box',
  deviceApi: 'vfio-platform',
  types: [{ id: 'one', name: 'Boxes' }],
  parents: [{ name: 'shelf0', capacity: 4 }],
  objects: [Box, BoxFeed],
  model: () => new BoxDevice(),
});
