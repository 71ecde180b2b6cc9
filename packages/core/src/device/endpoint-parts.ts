import type { DeviceEvents } from '../event/index.js';
import type { Tap } from '../interpose/index.js';
import { ParentIommu } from '../iommu/index.js';
import { IrqController } from '../irq/index.js';
import type { Logger } from '../log/index.js';
import { ObjectPlane, ObjectSchema } from '../object/index.js';
import type { Region } from '../region/index.js';
import { DmaPlane, type DmaPlaneOptions } from './dma-plane.js';
import { DEFAULT_HANDLER_DEADLINE_MS, type EndpointServices } from './endpoint-services.js';
import type { EndpointStatus } from './endpoint-status.js';
import { EventHub } from './event-queue.js';
import { Ioeventfds } from './ioeventfds.js';
import { LazyObjectPlane } from './lazy-object-plane.js';
import { ModelGuard } from './model-guard.js';
import type { ModelLife } from './model-life.js';
import type { DeviceModel } from './model.js';
import { TappedDmaPlane } from './tapped-dma-plane.js';

/** What the parts of an endpoint ask of it. */
export interface EndpointParent {
  readonly status: EndpointStatus;
  readonly life: ModelLife;
  readonly logger: Logger;
  /** Undefined before it is attached. */
  model(): DeviceModel | undefined;
  /** Throws EINVAL before it is attached. */
  requireModel(): DeviceModel;
  findRegion(index: number): Region | undefined;
  write(region: number, offset: number, data: DataView, length: number): Promise<number>;
}

/** The parts of an endpoint that a transport or a model meets. */
export interface EndpointParts {
  readonly irqs: IrqController;
  readonly events: EventHub;
  readonly dmaPlane: DmaPlane;
  readonly ioeventfds: Ioeventfds;
  readonly objects: LazyObjectPlane;
}

export function makeParts(services: EndpointServices, parent: EndpointParent): EndpointParts {
  const { status, life, logger } = parent;
  const objects = new LazyObjectPlane(() => makePlane(services, parent));
  const events = new EventHub(logger, listeners(objects, services.tap));
  return {
    events,
    objects,
    irqs: new IrqController((error) => {
      logger.warn('an interrupt target of the client failed', { error });
    }),
    dmaPlane: makeDmaPlane(services.tap, {
      iommu: services.iommu ?? new ParentIommu(),
      events,
      status,
      canDrain: () => parent.model()?.drainPasid !== undefined,
      drain: (pasid) => life.drain(parent.requireModel(), pasid),
      logger,
      mapLimit: services.mapLimit,
    }),
    ioeventfds: new Ioeventfds({
      region: (index) => {
        status.requireUsable();
        return parent.findRegion(index);
      },
      write: (region, offset, data, length) => {
        // Nobody waits for it.
        void parent.write(region, offset, data, length).catch((error: unknown) => {
          logger.warn('a write by eventfd failed', { region, offset, error });
        });
      },
    }),
  };
}

function makeDmaPlane(tap: Tap | undefined, options: DmaPlaneOptions): DmaPlane {
  return tap === undefined ? new DmaPlane(options) : new TappedDmaPlane(options, tap);
}

/** Who is told every event beside the readers. */
function listeners(objects: DeviceEvents, tap: Tap | undefined): DeviceEvents {
  if (tap === undefined) {
    return objects;
  }
  return {
    report: (event) => {
      tap.event(event);
      objects.report(event);
    },
  };
}

function makePlane(services: EndpointServices, { status, logger }: EndpointParent): ObjectPlane {
  const { clock, handlerDeadlineMs = DEFAULT_HANDLER_DEADLINE_MS } = services;
  return new ObjectPlane({
    schema: services.schema ?? ObjectSchema.build(undefined, []),
    // Of its own: when the device goes, objects are not released before the calls that work on them are over.
    guard: new ModelGuard(clock, services.logger, handlerDeadlineMs),
    logger,
    tap: services.tap,
    requireOpen: () => {
      status.requireOpen();
    },
  });
}
