import {
  attest,
  deviceConfig,
  doeDriver,
  findMailbox,
  fixedMeasurements,
  functionName,
  issueAuthority,
  issueIdentity,
  openDoe,
  parseCdat,
  readCdat,
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
import { WrongData, type Load, type Round } from './load.js';

const validity: Validity = {
  from: new Date('2026-01-01T00:00:00Z'),
  until: new Date('2056-01-01T00:00:00Z'),
};
const FIRMWARE = Uint8Array.from({ length: 32 }, (_, i) => i);
/** One round in so many attests the device, which takes a hundred times as long as the rest. */
const ATTEST_EVERY = 4;

/** DOE Capabilities: discovery, the table of the memory, and now and then an attestation. */
export class DoeLoad implements Load {
  readonly name = 'doe';
  readonly weight = 1;
  #authority: ReturnType<typeof issueAuthority> | undefined;

  async driver(): ReturnType<Load['driver']> {
    this.#authority ??= issueAuthority({ validity });
    const authority = await this.#authority;
    const identity = await issueIdentity({ authority, validity, cma: functionName });
    const measured = { index: 1, type: SPDM_MEASUREMENT_FIRMWARE, value: FIRMWARE };
    return doeDriver({
      spdm: { slots: { 0: identity }, measurements: fixedMeasurements([measured]) },
    });
  }

  async run({ way, random, faults, did }: Round): Promise<void> {
    const { uuid } = await way.create({ parent: 'doe0', type: 'doe-function' });
    const device = await way.open(uuid);
    try {
      const { mailboxes } = await openDoe(deviceConfig(device));
      try {
        const table = find(mailboxes, PCI_VENDOR_ID_CXL, CXL_DOE_PROTOCOL_TABLE_ACCESS);
        did('tables', table === undefined ? 0 : parseCdat(await readCdat(table)).structures.length);
        const cma = find(mailboxes, PCI_VENDOR_ID_PCI_SIG, PCI_DOE_FEATURE_CMA);
        if (cma !== undefined && random.below(ATTEST_EVERY) === 0) {
          await this.#attest(cma, faults === 'none');
          did('attestations');
        }
      } finally {
        await Promise.all(mailboxes.map((mailbox) => mailbox.close()));
      }
    } finally {
      await device.close();
      await way.remove(uuid);
    }
  }

  async #attest(cma: DoeMailbox, isSound: boolean): Promise<void> {
    const authority = await this.#authority;
    const { verdict, detail } = await attest(cma, {
      roots: authority === undefined ? [] : [authority.certificate],
      measurements: { 1: { raw: FIRMWARE } },
      session: true,
    });
    if (verdict !== 'trusted' && isSound) {
      throw new WrongData(`the device is refused: ${detail ?? ''}`);
    }
  }
}

function find(
  mailboxes: readonly DoeMailbox[],
  vendor: number,
  type: number,
): DoeMailbox | undefined {
  return findMailbox(mailboxes, vendor, type);
}
