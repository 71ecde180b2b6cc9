import type { ConformanceGroup } from '../check.js';
import { afterEndings } from './after-endings.js';
import { capacity } from './capacity.js';
import { failures } from './failures.js';
import { freshOpen } from './fresh-open.js';
import { hostile } from './hostile.js';
import { workInFlight } from './in-flight.js';
import { interrupts } from './interrupts.js';
import { isolation } from './isolation.js';
import { migrationLife } from './migration-life.js';
import { openClose } from './open-close.js';
import { overSocket } from './over-socket.js';
import { pasidWork } from './pasid-work.js';
import { quietAndControl } from './quiet-and-control.js';
import { racing } from './races.js';
import { resetState } from './reset-state.js';
import { timeAndLog } from './time.js';

/** What becomes of a device: its life, its removal, and failures on the way. */
export const lifeGroups: readonly ConformanceGroup[] = [
  openClose,
  capacity,
  freshOpen,
  resetState,
  isolation,
  workInFlight,
  pasidWork,
  interrupts,
  racing,
  failures,
  hostile,
  overSocket,
  quietAndControl,
  migrationLife,
  timeAndLog,
  afterEndings,
];
