import {
  AddressSpace,
  Clock,
  Dma,
  DmaPort,
  Irqs,
  Logger,
  MdevIdentity,
  safeLogger,
  type DeviceApi,
  type DeviceModel,
  type Implementation,
  type IrqIndexSpec,
  type Pasid,
  type RegionSlot,
} from '@mdevkit/core';
import { PciFunction } from '@mdevkit/pci';
import { inject, injectable } from 'inversify';
import { HOST_BAR, HOST_STRIDE } from '../../abi/index.js';
import { failure } from '../../errors/index.js';
import { HostWindows, ResourceLookup } from '../afu/index.js';
import { FlashSlice } from '../context/index.js';
import { contextObjects, diskObjects, resourceObjects } from '../control/index.js';
import { FlashParent } from '../parent/index.js';
import { contextsOfType } from '../types.js';
import { FunctionLayouts, windowsOf } from './function-layouts.js';
import { FlashLimits } from './limits.js';

/**
 * A flash AFU with some of the contexts of its parent. Contexts, handles and disks are objects of its control plane;
 * commands go through the windows of its BAR.
 *
 * Source: drivers/scsi/cxlflash/superpipe.c, main.c.
 */
@injectable()
export class FlashModel implements DeviceModel {
  readonly deviceApi: DeviceApi = 'vfio-pci';
  readonly regions: readonly RegionSlot[];
  readonly irqs: readonly IrqIndexSpec[];
  readonly objects: readonly Implementation[];
  readonly slice: FlashSlice;

  constructor(
    @inject(Dma) dma: Dma,
    @inject(Irqs) irqs: Irqs,
    @inject(Clock) clock: Clock,
    @inject(Logger) logger: Logger,
    @inject(MdevIdentity) identity: MdevIdentity,
    @inject(FlashParent) parent: FlashParent,
    @inject(FunctionLayouts) layouts: FunctionLayouts,
    @inject(FlashLimits) limits: FlashLimits,
  ) {
    const contexts = contextsOfType(identity.type);
    const windows = new HostWindows(
      (number) => slice.afuAt(number),
      () => {
        void slice.endAll();
      },
    );
    const pci = new PciFunction(layouts.layout(contexts), {
      irqs,
      dma,
      bars: {
        [HOST_BAR]: [
          { kind: 'trapped', offset: 0, size: windowsOf(contexts) * HOST_STRIDE, handler: windows },
        ],
      },
      onFunctionLevelReset: () => this.reset(),
    });
    const tables = new AddressSpace({ logger });
    const ownDma = DmaPort.onto(tables, { report: () => undefined });
    const slice: FlashSlice = new FlashSlice(
      {
        parent,
        clock,
        logger: safeLogger(logger),
        dma: pci.dma,
        tables,
        lookup: new ResourceLookup(ownDma),
        ...limits,
      },
      contexts,
    );
    this.slice = slice;
    this.regions = pci.regions;
    this.irqs = pci.irqs;
    const contextClass = contextObjects(slice);
    this.objects = [contextClass, resourceObjects(slice, contextClass), diskObjects(parent)];
  }

  async close(): Promise<void> {
    await this.slice.endAll();
  }

  /** Every context ends: its descriptor gives what it has, and then EIO. */
  async reset(): Promise<void> {
    await this.slice.endAll();
  }

  /** Contexts in that address space end. Throws EBUSY `cxlflash.not-quiet` if their commands do not. */
  async drainPasid(pasid: Pasid): Promise<void> {
    if (!(await this.slice.endAll((context) => context.pasid === pasid))) {
      throw failure('cxlflash.not-quiet', { pasid });
    }
  }
}
