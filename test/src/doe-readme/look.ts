import { attest, deviceConfig, findMailbox, openDoe, parseCdat, readCdat } from '@mdevkit/doe';
import type { Device } from '@mdevkit/core';

export async function look(device: Device, root: Uint8Array): Promise<void> {
  // In process, over vfio-user; or `await SysfsConfig.open('/sys/bus/pci/devices/0000:01:00.0/config')`.
  const { mailboxes, failed } = await openDoe(deviceConfig(device));
  console.log(
    mailboxes.map(({ at, features }) => ({ at, features })),
    failed,
  );

  const tables = findMailbox(mailboxes, 0x1e98, 2);
  if (tables !== undefined) {
    console.log(parseCdat(await readCdat(tables)).structures);
  }

  const cma = findMailbox(mailboxes, 0x0001, 1);
  if (cma !== undefined) {
    const measurements = { 1: { digest: '00'.repeat(48) } };
    const { verdict, reason } = await attest(cma, { roots: [root], measurements, session: true });
    console.log(verdict, reason);
  }
  await Promise.all(mailboxes.map((mailbox) => mailbox.close()));
}
