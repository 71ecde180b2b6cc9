import type { RegisterSpec } from '@mdevkit/core';
import {
  PCI_CACHE_LINE_SIZE,
  PCI_CAPABILITY_LIST,
  PCI_CLASS_DEVICE,
  PCI_CLASS_PROG,
  PCI_COMMAND,
  PCI_COMMAND_INTX_DISABLE,
  PCI_COMMAND_IO,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  PCI_COMMAND_PARITY,
  PCI_COMMAND_SERR,
  PCI_DEVICE_ID,
  PCI_HEADER_TYPE,
  PCI_HEADER_TYPE_NORMAL,
  PCI_INTERRUPT_LINE,
  PCI_INTERRUPT_PIN,
  PCI_REVISION_ID,
  PCI_STATUS,
  PCI_STATUS_CAP_LIST,
  PCI_STATUS_DETECTED_PARITY,
  PCI_STATUS_PARITY,
  PCI_STATUS_REC_MASTER_ABORT,
  PCI_STATUS_REC_TARGET_ABORT,
  PCI_STATUS_SIG_SYSTEM_ERROR,
  PCI_STATUS_SIG_TARGET_ABORT,
  PCI_SUBSYSTEM_ID,
  PCI_SUBSYSTEM_VENDOR_ID,
  PCI_VENDOR_ID,
} from '@mdevkit/uapi';
import { checkInteger } from '../check.js';
import type { PciFunctionSpec } from './function-spec.js';

/** What the header needs to know about the rest of the function. */
export interface HeaderFacts {
  readonly hasIoBar: boolean;
  /** Offset of the first standard capability; 0 without one. */
  readonly firstCapability: number;
}

const statusErrors =
  PCI_STATUS_PARITY |
  PCI_STATUS_SIG_TARGET_ABORT |
  PCI_STATUS_REC_TARGET_ABORT |
  PCI_STATUS_REC_MASTER_ABORT |
  PCI_STATUS_SIG_SYSTEM_ERROR |
  PCI_STATUS_DETECTED_PARITY;

/**
 * The type 0 header without its base address registers. What is not listed reads as zero.
 *
 * Source: PCI Express Base Specification 6.0, section 7.5.1; Linux
 * drivers/vfio/pci/vfio_pci_config.c, init_pci_cap_basic_perm.
 */
export function headerRegisters(spec: PciFunctionSpec, facts: HeaderFacts): RegisterSpec[] {
  const classCode = checkInteger('classCode', spec.classCode, 0, 0xffffff);
  return [
    id('vendor-id', PCI_VENDOR_ID, spec.vendorId),
    id('device-id', PCI_DEVICE_ID, spec.deviceId),
    commandRegister(spec, facts),
    statusRegister(facts),
    byte('revision', PCI_REVISION_ID, checkInteger('revision', spec.revision ?? 0, 0, 0xff)),
    byte('programming-interface', PCI_CLASS_PROG, classCode & 0xff),
    id('class', PCI_CLASS_DEVICE, classCode >>> 8),
    { name: 'cache-line-size', offset: PCI_CACHE_LINE_SIZE, width: 1, access: 'rw' },
    byte('header-type', PCI_HEADER_TYPE, PCI_HEADER_TYPE_NORMAL),
    id('subsystem-vendor-id', PCI_SUBSYSTEM_VENDOR_ID, spec.subsystemVendorId ?? 0),
    id('subsystem-id', PCI_SUBSYSTEM_ID, spec.subsystemId ?? 0),
    byte('capability-list', PCI_CAPABILITY_LIST, facts.firstCapability),
    { name: 'interrupt-line', offset: PCI_INTERRUPT_LINE, width: 1, access: 'rw' },
    byte(
      'interrupt-pin',
      PCI_INTERRUPT_PIN,
      checkInteger('interruptPin', spec.interruptPin ?? 0, 0, 4),
    ),
  ];
}

function commandRegister(spec: PciFunctionSpec, { hasIoBar }: HeaderFacts): RegisterSpec {
  const writable =
    (hasIoBar ? PCI_COMMAND_IO : 0) |
    PCI_COMMAND_MEMORY |
    PCI_COMMAND_MASTER |
    PCI_COMMAND_PARITY |
    PCI_COMMAND_SERR |
    PCI_COMMAND_INTX_DISABLE;
  const reset = spec.commandAtReset ?? 0;
  if ((reset & ~writable) !== 0) {
    throw new RangeError('commandAtReset has bits that this function does not implement');
  }
  return {
    name: 'command',
    offset: PCI_COMMAND,
    width: 2,
    access: 'rw',
    writeMask: writable,
    reset,
    fields: {
      io: { bits: 0 },
      memory: { bits: 1 },
      busMaster: { bits: 2 },
      parity: { bits: 6 },
      serr: { bits: 8 },
      intxDisable: { bits: 10 },
    },
  };
}

function statusRegister({ firstCapability }: HeaderFacts): RegisterSpec {
  return {
    name: 'status',
    offset: PCI_STATUS,
    width: 2,
    access: 'w1c',
    writeMask: statusErrors,
    reset: firstCapability === 0 ? 0 : PCI_STATUS_CAP_LIST,
    fields: { interrupt: { bits: 3 }, capabilityList: { bits: 4 } },
  };
}

function id(name: string, offset: number, value: number): RegisterSpec {
  const reset = checkInteger(name, value, 0, 0xffff);
  return { name, offset, width: 2, access: 'ro', reset };
}

function byte(name: string, offset: number, reset: number): RegisterSpec {
  return { name, offset, width: 1, access: 'ro', reset };
}
