import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MdevHost } from '@mdevkit/core';
import {
  attest,
  deviceConfig,
  DoeMailbox,
  doeDriver,
  functionCapabilities,
  functionName,
  issueAuthority,
  issueIdentity,
} from '@mdevkit/doe';
import { VfioUserDevice, VfioUserServer } from '@mdevkit/vfio-user';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';

const validity = { from: new Date('2026-01-01'), until: new Date('2056-01-01') };
const firmware = { index: 1, type: 1, value: Uint8Array.of(1, 2, 3) };

describe('a server of DOE Capabilities that goes and comes back', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mdevkit-doe-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('doe server restart: an exchange under way fails, and the next server knows nothing of it (vfio-user protocol specification, Disconnection and reconnect)', async () => {
    const path = join(folder, 'device');
    const authority = await issueAuthority({ validity });
    const identity = await issueIdentity({ authority, validity, cma: functionName });
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    // The first measurement takes until it is let go.
    let letGo: () => void = () => undefined;
    const measured = new Promise<void>((resolve) => (letGo = resolve));
    const measure = async (): Promise<(typeof firmware)[]> => {
      asked();
      await measured;
      return [firmware];
    };
    await using host = new MdevHost();
    await host.load(doeDriver({ spdm: { slots: { 0: identity }, measurements: { measure } } }));
    const { uuid } = await host.create({ parent: 'doe0', type: 'doe-function' });
    const policy = {
      roots: [authority.certificate],
      measurements: { 1: { raw: firmware.value } },
      session: true,
    };

    const served = async (): Promise<{ server: VfioUserServer; device: VfioUserDevice }> => {
      const server = VfioUserServer.listen(await host.attach(uuid), { path });
      server.run();
      return { server, device: await VfioUserDevice.connect(path) };
    };
    const opened = (device: VfioUserDevice): Promise<DoeMailbox> =>
      DoeMailbox.open(deviceConfig(device), functionCapabilities.attestation.at);

    const first = await served();
    const mailbox = await opened(first.device);
    const attesting = attest(mailbox, policy);
    await isAsked;
    await first.server.close();
    const refused = await attesting;
    expect(refused).to.include({ verdict: 'refused', reason: 'device.revoked' });
    await mailbox.close();
    await first.device.close();

    // Too late for the one who asked: it must not meet the next one.
    const second = await served();
    const again = await opened(second.device);
    letGo();
    expect(await attest(again, policy)).to.include({ verdict: 'trusted' });
    await again.close();
    await second.device.close();
    await second.server.close();
  });
});
