import { registerLayout } from '@mdevkit/core';

/**
 * The PLX 9052 between the card and the bus, in BAR 0 (memory) and again in BAR 1 (I/O). Of its registers
 * only the one that lets the card's interrupt through does anything; the rest describes address decoding,
 * which a model does not have.
 *
 * Source: Linux drivers/comedi/drivers/plx9052.h.
 */
export const bridgeRegisters = registerLayout('plx-9052', 0x80, [
  {
    name: 'INTCSR',
    offset: 0x4c,
    width: 4,
    access: 'ro',
    fields: {
      LI1ENAB: { bits: 0, access: 'rw', reset: 1, description: 'takes the interrupt of the card' },
      LI1POL: { bits: 1, access: 'rw', reset: 1, description: 'which is active high' },
      LI1STAT: { bits: 2, description: 'the card asserts it' },
      PCIENAB: { bits: 6, access: 'rw', reset: 1, description: 'passes it on to INTA' },
    },
  },
]);
