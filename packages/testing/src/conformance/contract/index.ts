import type { ConformanceGroup } from '../check.js';
import { controlGroup } from './control/index.js';
import { dmaGroup } from './dma/index.js';
import { featureGroup } from './feature/index.js';
import { infoGroup } from './info/index.js';
import { irqGroup, irqMatrixGroup } from './irq/index.js';
import { migrationGroup } from './migration/index.js';
import { pciGroup } from './pci/index.js';
import { regionGroup } from './region/index.js';

/** What a client is answered, call by call. */
export const contractGroups: readonly ConformanceGroup[] = [
  infoGroup,
  regionGroup,
  irqGroup,
  irqMatrixGroup,
  featureGroup,
  dmaGroup,
  migrationGroup,
  controlGroup,
  pciGroup,
];
