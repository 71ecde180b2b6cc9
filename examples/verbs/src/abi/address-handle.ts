import { createObject, destroyObject, handleOf, objectClass, valueIn } from '@mdevkit/core';
import { Pd } from './memory.js';

/** An address handle: which device of the fabric a datagram goes to. Only unconnected queue pairs have a use for it. */
export const Ah = objectClass({
  name: 'AH',
  id: 5,
  methods: {
    create: createObject(0, {
      pd: handleOf(1, Pd, { parent: true }),
      /** The LID of the port, 1 .. 0xbfff. */
      dlid: valueIn(2, 'u32'),
    }),
    destroy: destroyObject(1, {}),
  },
});
