import type { AnyObjectClass } from '@mdevkit/core';
import { Ah } from './address-handle.js';
import { Cq } from './completion-queue.js';
import { VerbsDeviceClass } from './device.js';
import { Mr, Mw, Pd } from './memory.js';
import { QpRc } from './qp-rc.js';
import { QpUc } from './qp-uc.js';
import { QpUd } from './qp-ud.js';
import { QpXrcIni, QpXrcTgt } from './qp-xrc.js';
import { Srq } from './shared-receive-queue.js';
import { Xrcd } from './xrc-domain.js';

/** Everything that a verbs device declares. */
export const verbsClasses: readonly AnyObjectClass[] = [
  VerbsDeviceClass,
  Pd,
  Mr,
  Mw,
  Cq,
  Srq,
  Ah,
  Xrcd,
  QpRc,
  QpUc,
  QpUd,
  QpXrcIni,
  QpXrcTgt,
];
