import { createObject, destroyObject, objectClass } from '@mdevkit/core';

/** A domain of extended reliable connections: its targets reach the shared receive queues that are in it. */
export const Xrcd = objectClass({
  name: 'XRCD',
  id: 6,
  methods: { create: createObject(0, {}), destroy: destroyObject(1, {}) },
});
