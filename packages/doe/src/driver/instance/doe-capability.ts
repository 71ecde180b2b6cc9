import type { RegisterSpec } from '@mdevkit/core';
import type { ExtendedCapability } from '@mdevkit/pci';
import {
  PCI_CFG_SPACE_EXP_SIZE,
  PCI_CFG_SPACE_SIZE,
  PCI_DOE_CAP,
  PCI_DOE_CAP_INT_MSG_NUM,
  PCI_DOE_CAP_INT_SUP,
  PCI_DOE_CTRL,
  PCI_DOE_READ,
  PCI_DOE_SIZEOF,
  PCI_DOE_STATUS,
  PCI_DOE_WRITE,
  PCI_EXT_CAP_ID_DOE,
} from '@mdevkit/uapi';
import type { DoeCapabilitySpec } from '../feature/index.js';
import { capabilityName } from './register-names.js';

/** What the 11 bits of Interrupt Message Number hold. */
const LAST_MESSAGE = PCI_DOE_CAP_INT_MSG_NUM >>> 1;

/**
 * One DOE Capability, for `pciLayout`. Registers, for a capability at 0x140: `doe-140.capabilities`, `.control`, `.status`,
 * `.write-mailbox`, `.read-mailbox`; what they do is in the hooks of {@link doeHooks}. It declares no vector: its message is
 * one of those that the function has.
 *
 * Source: PCI Express Base Specification 6.0, section 7.9.24.
 *
 * @throws RangeError for a place that is no multiple of 4 of 0x100 .. 0xfe8, another version than 1 and 2, or a message
 * number that does not fit
 */
export function doeCapability({ at, version = 2, message }: DoeCapabilitySpec): ExtendedCapability {
  const end = PCI_CFG_SPACE_EXP_SIZE - PCI_DOE_SIZEOF;
  if (!Number.isInteger(at) || at % 4 !== 0 || at < PCI_CFG_SPACE_SIZE || at > end) {
    throw new RangeError(
      `a DOE Capability lies at a multiple of 4 of 0x100 .. 0x${end.toString(16)}, not at 0x${at.toString(16)}`,
    );
  }
  const name = capabilityName(at);
  if (![1, 2].includes(version)) {
    throw new RangeError(`${name}: a DOE Capability has version 1 or 2, not ${version}`);
  }
  if (message !== undefined && !isMessage(message)) {
    throw new RangeError(
      `${name}: an Interrupt Message Number is an integer in 0 .. ${LAST_MESSAGE}, not ${message}`,
    );
  }
  return {
    space: 'extended',
    id: PCI_EXT_CAP_ID_DOE,
    version,
    name,
    size: PCI_DOE_SIZEOF,
    at,
    registers: registers(version, message),
  };
}

function isMessage(message: number): boolean {
  return Number.isInteger(message) && message >= 0 && message <= LAST_MESSAGE;
}

function registers(version: 1 | 2, message: number | undefined): readonly RegisterSpec[] {
  const interrupts = message === undefined ? 0 : PCI_DOE_CAP_INT_SUP | (message << 1);
  return [
    {
      name: 'capabilities',
      offset: PCI_DOE_CAP,
      width: 4,
      access: 'ro',
      reset: interrupts,
      fields: { 'interrupt-support': { bits: 0 }, 'interrupt-message-number': { bits: [11, 1] } },
    },
    {
      name: 'control',
      offset: PCI_DOE_CTRL,
      width: 4,
      access: 'ro',
      fields: {
        abort: { bits: 0, access: 'wo' },
        'interrupt-enable': { bits: 1, access: message === undefined ? 'ro' : 'rw' },
        'async-message-enable': { bits: 3, access: version === 1 ? 'ro' : 'rw' },
        go: { bits: 31, access: 'wo' },
      },
    },
    {
      name: 'status',
      offset: PCI_DOE_STATUS,
      width: 4,
      access: 'ro',
      fields: {
        busy: { bits: 0 },
        'interrupt-status': { bits: 1, access: 'w1c' },
        error: { bits: 2 },
        'async-message-status': { bits: 3 },
        'data-object-ready': { bits: 31 },
      },
    },
    { name: 'write-mailbox', offset: PCI_DOE_WRITE, width: 4, access: 'wo' },
    { name: 'read-mailbox', offset: PCI_DOE_READ, width: 4, access: 'ro' },
  ];
}
