import { createHash } from 'node:crypto';
import type { MdevHost } from '@mdevkit/core';
import {
  attest,
  deviceConfig,
  doeDriver,
  featureName,
  findMailbox,
  fixedMeasurements,
  functionName,
  issueAuthority,
  issueIdentity,
  openDoe,
  parseCdat,
  readCdat,
  type Attestation,
  type DoeMailbox,
  type Validity,
} from '@mdevkit/doe';
import {
  CXL_DOE_PROTOCOL_TABLE_ACCESS,
  PCI_DOE_FEATURE_CMA,
  PCI_VENDOR_ID_CXL,
  PCI_VENDOR_ID_PCI_SIG,
  SPDM_MEASUREMENT_FIRMWARE,
} from '@mdevkit/uapi';
import type { Input } from './input.js';
import { mdevReport, sum, type MdevReport } from './mdev-report.js';

/** The index of the only measurement. */
const FIRMWARE = 1;
const CHUNK = 1 << 20;

const validity: Validity = {
  from: new Date('2026-01-01T00:00:00Z'),
  until: new Date('2056-01-01T00:00:00Z'),
};

/** One job of the program's answer; names and units are its interface. */
export interface DoeReport {
  readonly driver: 'doe';
  readonly input: string;
  readonly bytes: number;
  /** Of the input: what the device measures as its firmware. */
  readonly sha256: string;
  /** Whether every capability was found, the table is sound, and the device is trusted. */
  readonly verified: boolean;
  /** DOE Capabilities, and what discovery found in all of them. */
  readonly capabilities: number;
  readonly features: readonly string[];
  readonly cdat_bytes: number;
  readonly cdat_entries: number;
  /** Of SPDM. */
  readonly version: string;
  readonly certificates: number;
  readonly measurements: number;
  readonly sessions: number;
  readonly dma_bytes: number;
  readonly mdevs: readonly MdevReport[];
  /** Why it is not verified. */
  readonly reason?: string;
}

/**
 * Looks through the DOE Capabilities of a device, reads the table of its memory, and attests it: its certificates lead to a
 * root that was made for it, and the firmware that it measures is the input. `firmware` says what it measures instead.
 */
export async function doeJob(
  host: MdevHost,
  input: Input,
  firmware: (digest: Uint8Array) => Uint8Array = (digest) => digest,
): Promise<DoeReport> {
  const { digest, bytes } = await digestOf(input);
  const authority = await issueAuthority({ validity });
  const identity = await issueIdentity({
    authority,
    validity,
    intermediate: true,
    cma: functionName,
  });
  const measured = { index: FIRMWARE, type: SPDM_MEASUREMENT_FIRMWARE, value: firmware(digest) };
  await host.load(
    doeDriver({ spdm: { slots: { 0: identity }, measurements: fixedMeasurements([measured]) } }),
  );
  const { uuid } = await host.create({ parent: 'doe0', type: 'doe-function' });
  await using device = await host.open(uuid);
  const { mailboxes, failed } = await openDoe(deviceConfig(device));
  try {
    const table = await readCdat(the(mailboxes, PCI_VENDOR_ID_CXL, CXL_DOE_PROTOCOL_TABLE_ACCESS));
    const attestation = await attest(the(mailboxes, PCI_VENDOR_ID_PCI_SIG, PCI_DOE_FEATURE_CMA), {
      roots: [authority.certificate],
      measurements: { [FIRMWARE]: { raw: digest } },
      session: true,
    });
    const mdevs = host.mdevs.filter((mdev) => mdev.uuid === uuid).map(mdevReport);
    return {
      driver: 'doe',
      input: input.name,
      bytes,
      sha256: digest.toString('hex'),
      ...verification(attestation, failed.length),
      capabilities: mailboxes.length + failed.length,
      features: [...new Set(mailboxes.flatMap(({ features }) => features.map(featureName)))],
      cdat_bytes: table.length,
      cdat_entries: parseCdat(table).structures.length,
      version: attestation.version ?? '',
      certificates: attestation.chain.length,
      measurements: attestation.measurements.length,
      sessions: attestation.session === undefined ? 0 : 1,
      dma_bytes: sum(mdevs, (mdev) => mdev.dma_bytes_read + mdev.dma_bytes_written),
      mdevs,
    };
  } finally {
    await Promise.all(mailboxes.map((mailbox) => mailbox.close()));
  }
}

async function digestOf(input: Input): Promise<{ digest: Buffer; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of input.chunks(CHUNK)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { digest: hash.digest(), bytes };
}

function the(mailboxes: readonly DoeMailbox[], vendor: number, type: number): DoeMailbox {
  const mailbox = findMailbox(mailboxes, vendor, type);
  if (mailbox === undefined) {
    throw new Error(`the device does not answer ${featureName({ vendor, type })}`);
  }
  return mailbox;
}

function verification(
  { verdict, detail = '' }: Attestation,
  failed: number,
): { verified: boolean; reason?: string } {
  if (failed > 0) {
    return { verified: false, reason: `DOE Capabilities that failed: ${failed}` };
  }
  return verdict === 'trusted' ? { verified: true } : { verified: false, reason: detail };
}
