import type { Device } from '@mdevkit/core';
import {
  attest,
  deviceConfig,
  findMailbox,
  openDoe,
  readDeviceName,
  type Attestation,
} from '@mdevkit/doe';
import type { Manifest } from '@mdevkit/example-doe';
import { PCI_DOE_FEATURE_CMA, PCI_VENDOR_ID_PCI_SIG } from '@mdevkit/uapi';

/** A device that cannot be attested at all. */
export class NotAttestable extends Error {
  override readonly name = 'NotAttestable';
}

/**
 * Attests a device: finds the DOE Capability that has CMA, and lets it prove that it is what the manifest says, outside of a
 * session and inside of one. Throws {@link NotAttestable}, and what config space throws.
 */
export async function attestDevice(device: Device, manifest: Manifest): Promise<Attestation> {
  const config = deviceConfig(device);
  const { mailboxes, failed } = await openDoe(config);
  try {
    const mailbox = findMailbox(mailboxes, PCI_VENDOR_ID_PCI_SIG, PCI_DOE_FEATURE_CMA);
    if (mailbox === undefined) {
      const [broken] = failed;
      throw new NotAttestable(
        broken === undefined
          ? 'the device has no DOE Capability with CMA'
          : `the DOE Capability at 0x${broken.at.toString(16)} failed: ${String(broken.error)}`,
      );
    }
    return await attest(mailbox, {
      roots: manifest.roots,
      measurements: Object.fromEntries(
        Object.entries(manifest.measurements).map(([index, raw]) => [index, { raw }]),
      ),
      device: await readDeviceName(config),
      session: true,
    });
  } finally {
    await Promise.all(mailboxes.map((mailbox) => mailbox.close()));
  }
}
