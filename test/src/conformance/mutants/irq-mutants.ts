import type { DeviceModel } from '@mdevkit/core';
import {
  DONE_INDEX,
  ERROR_INDEX,
  platformIrqs,
  PlatformSpecimen,
  VECTORS,
} from '../specimen/index.js';
import { platform, type Mutant } from './mutant.js';

/** A specimen that shares its vectors out in some way. */
function withAvailable(available: () => number): typeof PlatformSpecimen {
  return class extends PlatformSpecimen {
    protected override makeIrqs(): DeviceModel['irqs'] {
      return platformIrqs.map((spec) =>
        spec.kind === 'message' && spec.count > 0 ? { ...spec, available } : spec,
      );
    }
  };
}

/** Interrupts. */
export const irqMutants: readonly Mutant[] = [
  platform(
    'irq-vector-beyond',
    'Irqs.trigger: a job ends with a vector that the index does not have',
    class extends PlatformSpecimen {
      protected override done(): void {
        this.services.irqs.trigger(DONE_INDEX, VECTORS);
      }
    },
  ),
  platform(
    'irq-index-beyond',
    'Irqs.trigger: a job ends with an index that the device does not have',
    class extends PlatformSpecimen {
      protected override done(vector: number): void {
        this.services.irqs.trigger(platformIrqs.length, vector);
      }
    },
  ),
  platform(
    'irq-reports-error',
    'VFIO_PCI_ERR_IRQ_INDEX: a job that went well fires the error index',
    class extends PlatformSpecimen {
      protected override done(vector: number): void {
        super.done(vector);
        this.services.irqs.trigger(ERROR_INDEX);
      }
    },
  ),
  platform(
    'irq-none-available',
    'SET_IRQS: no vector can be enabled though the device counts four',
    withAvailable(() => 0),
  ),
  platform(
    'irq-available-negative',
    'model count: the vectors that are free are no count',
    withAvailable(() => -1),
  ),
  platform(
    'irq-available-throws',
    'model failure: the question for free vectors throws',
    withAvailable(() => {
      throw new Error('the pool is not there');
    }),
  ),
  platform(
    'irq-at-dispose',
    'Irqs: a device that nobody has opened fires',
    class extends PlatformSpecimen {
      override [Symbol.dispose](): void {
        super[Symbol.dispose]();
        this.services.irqs.trigger(DONE_INDEX);
      }
    },
  ),
  platform(
    'events-after-close',
    'DeviceEvents: a close is reported as an event of the device',
    class extends PlatformSpecimen {
      override close(): void {
        void super.close();
        this.clock.schedule(0, () => {
          this.services.events.report({ kind: 'error', message: 'closed' });
        });
      }
    },
  ),
];
