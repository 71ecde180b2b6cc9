import {
  defineDriver,
  failure,
  Region,
  registerLayout,
  registerRegion,
  type RangeHandler,
} from '@mdevkit/core';

export const registers = registerLayout('worker', 0x20, [
  { name: 'SOURCE', offset: 0x0, width: 4, access: 'rw' },
  { name: 'TARGET', offset: 0x4, width: 4, access: 'rw' },
  { name: 'JOB', offset: 0x8, width: 4, access: 'wo' },
  { name: 'DONE', offset: 0xc, width: 4, access: 'ro' },
]);

/** How a worker is not as it should be. */
export interface Faults {
  /** What job 1 adds, instead of 1. */
  readonly step?: number;
  /** No interrupt comes. */
  readonly silent?: boolean;
  /** A byte is written beside the target. */
  readonly stray?: boolean;
  /** Jobs are not counted. */
  readonly forgetful?: boolean;
}

/** What a job does: 1 copies 8 bytes and adds 1 to the first, 2 by lists, 3 by views, 4 later, 5 fills, 6 copies, 7 fails, 8 writes when it is asked to be quiet. */
export function workerDriver({
  step = 1,
  silent = false,
  stray = false,
  forgetful = false,
}: Faults = {}): ReturnType<typeof defineDriver> {
  return defineDriver({
    name: 'worker',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'worker0', capacity: 4 }],
    model: ({ irqs, dma, clock }) => {
      const bytes = new Uint8Array(8);
      const timers: Disposable[] = [];
      /** Where bytes are to go before the device is quiet. */
      const owed: number[] = [];
      const abandon = (): void => {
        owed.length = 0;
        for (const timer of timers.splice(0)) {
          timer[Symbol.dispose]();
        }
      };
      const finish = (): void => {
        map.set('DONE', map.get('DONE') + (forgetful ? 0 : 1));
        if (!silent) {
          irqs.trigger(0);
        }
      };
      const copy = (source: number, target: number): void => {
        dma.read(source, bytes);
        bytes[0] = (bytes[0] ?? 0) + step;
        dma.write(target, bytes);
        if (stray) {
          dma.write(target + 0x20, Uint8Array.of(0x55));
        }
        finish();
      };
      const run = (job: number): void => {
        const [source, target] = [map.get('SOURCE'), map.get('TARGET')];
        switch (job) {
          case 1:
            copy(source, target);
            return;
          case 2: {
            const segments = (iova: number): { iova: number; length: number }[] => [
              { iova, length: 3 },
              { iova: iova + 4, length: 5 },
            ];
            dma.gather(segments(source), bytes);
            dma.scatter(segments(target), bytes);
            return;
          }
          case 3:
            dma.view(target, 4, 'write').set(dma.view(source, 4, 'read'));
            return;
          case 4:
            timers.push(
              clock.schedule(5, () => {
                copy(source, target);
              }),
            );
            return;
          case 5:
            dma.fill(target, 16, 0xab);
            return;
          case 6:
            dma.copy(target, source, 16);
            return;
          case 8:
            owed.push(target);
            return;
          default:
            throw failure('device.failed');
        }
      };
      const map = registers.instantiate({ JOB: { write: run } });
      const drain = (): void => {
        for (const target of owed.splice(0)) {
          try {
            dma.write(target, Uint8Array.of(0x80 + step, 0x81));
          } catch {
            // It is not mapped (any more): the client hears of the fault.
          }
        }
      };
      /** Answers later, with how many jobs are done. */
      const slow: RangeHandler = {
        read: (_offset, data, at, length) => {
          data.setUint8(at, map.get('DONE'));
          return Promise.resolve(length);
        },
        write: (_offset, _data, _at, length) => Promise.resolve(length),
      };
      return {
        deviceApi: 'vfio-platform',
        regions: [
          registerRegion('registers', map),
          new Region({
            name: 'slow',
            size: 4,
            ranges: [{ kind: 'trapped', offset: 0, size: 4, handler: slow }],
          }),
        ],
        irqs: [{ kind: 'message', name: 'done', count: 1, resizable: false }],
        quiesce: drain,
        resume: () => undefined,
        reset: abandon,
        close: abandon,
      };
    },
  });
}

export const worker = { parent: 'worker0', type: 'worker-one' };
