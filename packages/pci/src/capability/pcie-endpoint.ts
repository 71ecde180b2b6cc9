import type { RegisterSpec } from '@mdevkit/core';
import {
  PCI_CAP_ID_EXP,
  PCI_EXP_DEVCAP,
  PCI_EXP_DEVCAP2,
  PCI_EXP_DEVCAP2_COMP_TMOUT_DIS,
  PCI_EXP_DEVCAP_EXT_TAG,
  PCI_EXP_DEVCAP_FLR,
  PCI_EXP_DEVCAP_RBER,
  PCI_EXP_DEVCTL,
  PCI_EXP_DEVCTL2,
  PCI_EXP_DEVCTL2_COMP_TMOUT_DIS,
  PCI_EXP_DEVCTL2_IDO_CMP_EN,
  PCI_EXP_DEVCTL2_IDO_REQ_EN,
  PCI_EXP_DEVCTL_BCR_FLR,
  PCI_EXP_DEVCTL_CERE,
  PCI_EXP_DEVCTL_EXT_TAG,
  PCI_EXP_DEVCTL_FERE,
  PCI_EXP_DEVCTL_NFERE,
  PCI_EXP_DEVCTL_NOSNOOP_EN,
  PCI_EXP_DEVCTL_PAYLOAD,
  PCI_EXP_DEVCTL_READRQ,
  PCI_EXP_DEVCTL_READRQ_512B,
  PCI_EXP_DEVCTL_RELAX_EN,
  PCI_EXP_DEVCTL_URRE,
  PCI_EXP_DEVSTA,
  PCI_EXP_DEVSTA_CED,
  PCI_EXP_DEVSTA_FED,
  PCI_EXP_DEVSTA_NFED,
  PCI_EXP_DEVSTA_URD,
  PCI_EXP_FLAGS,
  PCI_EXP_TYPE_ENDPOINT,
  PCI_EXP_TYPE_LEG_END,
  PCI_EXP_TYPE_RC_END,
} from '@mdevkit/uapi';
import { checkInteger } from '../check.js';
import type { PlacementOptions, StandardCapability } from './capability-spec.js';
import { linkRegisters, linkSticky } from './pcie-link.js';

export interface PcieEndpointOptions extends PlacementOptions {
  /** An `integrated` endpoint is part of the root complex and has no link. Default `endpoint`. */
  readonly type?: 'endpoint' | 'legacy' | 'integrated';
  /** The client may reset the function by Initiate Function Level Reset; default true. */
  readonly functionLevelReset?: boolean;
  /** Largest payload supported, bytes: 128, 256, .. 4096; default 256. */
  readonly maxPayload?: number;
  /** Generation of the link, 1 (2.5 GT/s) .. 6 (64 GT/s); default 1. */
  readonly linkSpeed?: number;
  /** Lanes: 1, 2, 4, 8 or 16; default 1. */
  readonly linkWidth?: number;
}

/** Version 2 of the structure: bytes 0x00 .. 0x3b. */
const size = 0x3c;
const structureVersion = 2;

const portTypes = {
  endpoint: PCI_EXP_TYPE_ENDPOINT,
  legacy: PCI_EXP_TYPE_LEG_END,
  integrated: PCI_EXP_TYPE_RC_END,
} as const;

/**
 * PCI Express of an endpoint; a function that has it has 4096 bytes of config space. Registers:
 * `pcie.capabilities`, `pcie.device-capabilities`, `pcie.device-control`, `pcie.device-status`,
 * the same with `link-`, and the second ones (`pcie.device-control-2`).
 *
 * Source: PCI Express Base Specification 6.0, section 7.5.3.
 */
export function pcieEndpoint(options: PcieEndpointOptions = {}): StandardCapability {
  const { type = 'endpoint', functionLevelReset = true } = options;
  const link = type !== 'integrated';
  return {
    space: 'standard',
    id: PCI_CAP_ID_EXP,
    name: 'pcie',
    size,
    at: options.at,
    registers: [
      {
        name: 'capabilities',
        offset: PCI_EXP_FLAGS,
        width: 2,
        access: 'ro',
        reset: structureVersion | (portTypes[type] << 4),
      },
      ...deviceRegisters(functionLevelReset, payloadCode(options.maxPayload ?? 256)),
      ...(link ? linkRegisters(options.linkSpeed ?? 1, options.linkWidth ?? 1) : []),
    ],
    sticky: { 'device-control': PCI_EXP_DEVCTL_PAYLOAD, ...(link ? linkSticky : {}) },
    traits: { kind: 'express', functionLevelReset },
  };
}

function payloadCode(bytes: number): number {
  return checkInteger('The logarithm of maxPayload / 128', Math.log2(bytes / 128), 0, 5);
}

function deviceRegisters(functionLevelReset: boolean, payload: number): RegisterSpec[] {
  const errors =
    PCI_EXP_DEVCTL_CERE | PCI_EXP_DEVCTL_NFERE | PCI_EXP_DEVCTL_FERE | PCI_EXP_DEVCTL_URRE;
  const writable =
    errors |
    PCI_EXP_DEVCTL_RELAX_EN |
    PCI_EXP_DEVCTL_PAYLOAD |
    PCI_EXP_DEVCTL_EXT_TAG |
    PCI_EXP_DEVCTL_NOSNOOP_EN |
    PCI_EXP_DEVCTL_READRQ;
  return [
    {
      name: 'device-capabilities',
      offset: PCI_EXP_DEVCAP,
      width: 4,
      access: 'ro',
      reset:
        payload |
        PCI_EXP_DEVCAP_EXT_TAG |
        PCI_EXP_DEVCAP_RBER |
        (functionLevelReset ? PCI_EXP_DEVCAP_FLR : 0),
    },
    {
      name: 'device-control',
      offset: PCI_EXP_DEVCTL,
      width: 2,
      access: 'rw',
      // Config space clears Initiate FLR again as soon as it acted on it.
      writeMask: writable | (functionLevelReset ? PCI_EXP_DEVCTL_BCR_FLR : 0),
      reset: PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_NOSNOOP_EN | PCI_EXP_DEVCTL_READRQ_512B,
    },
    {
      name: 'device-status',
      offset: PCI_EXP_DEVSTA,
      width: 2,
      access: 'w1c',
      writeMask: PCI_EXP_DEVSTA_CED | PCI_EXP_DEVSTA_NFED | PCI_EXP_DEVSTA_FED | PCI_EXP_DEVSTA_URD,
    },
    {
      name: 'device-capabilities-2',
      offset: PCI_EXP_DEVCAP2,
      width: 4,
      access: 'ro',
      reset: PCI_EXP_DEVCAP2_COMP_TMOUT_DIS,
    },
    {
      name: 'device-control-2',
      offset: PCI_EXP_DEVCTL2,
      width: 2,
      access: 'rw',
      writeMask:
        PCI_EXP_DEVCTL2_COMP_TMOUT_DIS | PCI_EXP_DEVCTL2_IDO_REQ_EN | PCI_EXP_DEVCTL2_IDO_CMP_EN,
    },
  ];
}
