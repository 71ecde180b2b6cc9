import { defineDriver, type DeviceModel } from '@mdevkit/core';

/** What the mdevs of a parent share, and what became of them. */
export class Shelf {
  free = 2;
  opened = 0;
  closed = 0;
  released = 0;
}

/** How a device takes its part of the shelf, and gives it back. */
export interface Lending {
  readonly take: (shelf: Shelf) => Promise<void>;
  readonly give: (shelf: Shelf) => Promise<void>;
}

/** A driver whose devices take one of two places of `shelf` while they are open. */
export function lendingDriver(
  shelf: Shelf,
  { take, give }: Lending,
): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'lending',
    deviceApi: 'vfio-platform',
    types: [{ id: 'place' }],
    parents: [{ name: 'shelf', capacity: 2 }],
    model: (): DeviceModel => ({
      deviceApi: 'vfio-platform',
      regions: [],
      irqs: [],
      open: async () => {
        await take(shelf);
        shelf.opened += 1;
      },
      close: async () => {
        await give(shelf);
        shelf.closed += 1;
      },
      [Symbol.dispose]: () => {
        shelf.released += 1;
      },
    }),
  });
}
