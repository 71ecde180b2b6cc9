import {
  VFIO_DEVICE_STATE_ERROR as ERROR,
  VFIO_DEVICE_STATE_PRE_COPY as P,
  VFIO_DEVICE_STATE_PRE_COPY_P2P as P2,
  VFIO_DEVICE_STATE_RESUMING as M,
  VFIO_DEVICE_STATE_RUNNING as R,
  VFIO_DEVICE_STATE_RUNNING_P2P as R2,
  VFIO_DEVICE_STATE_STOP as S,
  VFIO_DEVICE_STATE_STOP_COPY as C,
} from '@mdevkit/uapi';

/** Which optional states a device has; the others are mandatory. */
export interface MigrationAbilities {
  readonly p2p: boolean;
  readonly preCopy: boolean;
}

type Row = Readonly<Record<number, number>>;

/**
 * The first step on the shortest path from a state to another one; saving states are never in the middle
 * of a path. A pair that is not listed has no path.
 *
 * Source: Linux drivers/vfio/vfio_main.c, vfio_mig_get_next_state, vfio_from_fsm_table.
 */
const firstStep: Readonly<Record<number, Row>> = {
  [S]: { [S]: S, [R]: R2, [R2]: R2, [P]: R2, [P2]: R2, [C]: C, [M]: M },
  [R]: { [S]: R2, [R]: R, [R2]: R2, [P]: P, [P2]: R2, [C]: R2, [M]: R2 },
  [R2]: { [S]: S, [R]: R, [R2]: R2, [P]: R, [P2]: P2, [C]: S, [M]: S },
  [P]: { [S]: R, [R]: R, [R2]: R, [P]: P, [P2]: P2, [C]: P2, [M]: R },
  [P2]: { [S]: R2, [R]: R2, [R2]: R2, [P]: P, [P2]: P2, [C]: C, [M]: R2 },
  [C]: { [S]: S, [R]: S, [R2]: S, [C]: C, [M]: S },
  [M]: { [S]: S, [R]: S, [R2]: S, [P]: S, [P2]: S, [C]: S, [M]: M },
};

/** Whether a device of these abilities has this state at all. */
export function isSupportedState(state: number, has: MigrationAbilities): boolean {
  switch (state) {
    case S:
    case R:
    case C:
    case M:
      return true;
    case R2:
      return has.p2p;
    case P:
      return has.preCopy;
    case P2:
      return has.preCopy && has.p2p;
    default:
      return false;
  }
}

/**
 * The next state on the way from `from` to `to`, or undefined when there is none (EINVAL). A step onto an
 * optional state that the device lacks is followed until a state comes that it has.
 */
export function nextHop(from: number, to: number, has: MigrationAbilities): number | undefined {
  if (!isSupportedState(from, has) || !isSupportedState(to, has)) {
    return undefined;
  }
  let hop = firstStep[from]?.[to] ?? ERROR;
  while (hop !== ERROR && !isSupportedState(hop, has)) {
    hop = firstStep[hop]?.[to] ?? ERROR;
  }
  return hop === ERROR ? undefined : hop;
}
