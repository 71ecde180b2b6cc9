import type { RegisterSpec } from '@mdevkit/core';
import {
  PCI_ERR_COR_ADV_NFAT,
  PCI_ERR_COR_BAD_DLLP,
  PCI_ERR_COR_BAD_TLP,
  PCI_ERR_COR_INTERNAL,
  PCI_ERR_COR_LOG_OVER,
  PCI_ERR_COR_MASK,
  PCI_ERR_COR_RCVR,
  PCI_ERR_COR_REP_ROLL,
  PCI_ERR_COR_REP_TIMER,
  PCI_ERR_COR_STATUS,
  PCI_ERR_CAP,
  PCI_ERR_HEADER_LOG,
  PCI_ERR_UNCOR_MASK,
  PCI_ERR_UNCOR_SEVER,
  PCI_ERR_UNCOR_STATUS,
  PCI_ERR_UNC_COMP_ABORT,
  PCI_ERR_UNC_COMP_TIME,
  PCI_ERR_UNC_DLP,
  PCI_ERR_UNC_ECRC,
  PCI_ERR_UNC_FCP,
  PCI_ERR_UNC_INTN,
  PCI_ERR_UNC_MALF_TLP,
  PCI_ERR_UNC_POISON_TLP,
  PCI_ERR_UNC_RX_OVER,
  PCI_ERR_UNC_UNSUP,
  PCI_ERR_UNC_UNX_COMP,
  PCI_EXT_CAP_ID_ERR,
} from '@mdevkit/uapi';
import type { ExtendedCapability, PlacementOptions } from './capability-spec.js';

const fatal =
  PCI_ERR_UNC_DLP | PCI_ERR_UNC_FCP | PCI_ERR_UNC_RX_OVER | PCI_ERR_UNC_MALF_TLP | PCI_ERR_UNC_INTN;

const uncorrectable =
  fatal |
  PCI_ERR_UNC_POISON_TLP |
  PCI_ERR_UNC_COMP_TIME |
  PCI_ERR_UNC_COMP_ABORT |
  PCI_ERR_UNC_UNX_COMP |
  PCI_ERR_UNC_ECRC |
  PCI_ERR_UNC_UNSUP;

const correctable =
  PCI_ERR_COR_RCVR |
  PCI_ERR_COR_BAD_TLP |
  PCI_ERR_COR_BAD_DLLP |
  PCI_ERR_COR_REP_ROLL |
  PCI_ERR_COR_REP_TIMER |
  PCI_ERR_COR_ADV_NFAT |
  PCI_ERR_COR_INTERNAL |
  PCI_ERR_COR_LOG_OVER;

const everyBit = 0xffffffff;
const headerLogWords = 4;
const size = PCI_ERR_HEADER_LOG + 4 * headerLogWords;

const registers: readonly RegisterSpec[] = [
  word('uncorrectable-status', PCI_ERR_UNCOR_STATUS, 'w1c', uncorrectable),
  word('uncorrectable-mask', PCI_ERR_UNCOR_MASK, 'rw', uncorrectable),
  word('uncorrectable-severity', PCI_ERR_UNCOR_SEVER, 'rw', uncorrectable, fatal),
  word('correctable-status', PCI_ERR_COR_STATUS, 'w1c', correctable),
  word('correctable-mask', PCI_ERR_COR_MASK, 'rw', correctable, PCI_ERR_COR_ADV_NFAT),
  word('control', PCI_ERR_CAP, 'ro'),
  ...Array.from({ length: headerLogWords }, (_, index) =>
    word(`header-log-${index}`, PCI_ERR_HEADER_LOG + 4 * index, 'ro'),
  ),
];

/**
 * Advanced error reporting of an endpoint, without ECRC. The model reports an error by setting status
 * bits through the function's `config`. Registers: `aer.uncorrectable-status`, `-mask`, `-severity`,
 * `aer.correctable-status`, `-mask`, `aer.control`, `aer.header-log-0` .. `-3`. All are sticky.
 *
 * Source: PCI Express Base Specification 6.0, section 7.8.4.
 */
export function aer(options: PlacementOptions = {}): ExtendedCapability {
  return {
    space: 'extended',
    id: PCI_EXT_CAP_ID_ERR,
    version: 2,
    name: 'aer',
    size,
    at: options.at,
    registers,
    sticky: Object.fromEntries(registers.map(({ name }) => [name, everyBit])),
  };
}

function word(
  name: string,
  offset: number,
  access: 'ro' | 'rw' | 'w1c',
  writeMask?: number,
  reset = 0,
): RegisterSpec {
  const spec = { name, offset, width: 4, access, reset } as const;
  return writeMask === undefined ? spec : { ...spec, writeMask };
}
