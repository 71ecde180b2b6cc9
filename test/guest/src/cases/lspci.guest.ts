import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type defineDriver, MdevHost, write32 } from '@mdevkit/core';
import { eduDriver } from '@mdevkit/example-edu';
import { HostLine, serialDriver } from '@mdevkit/example-serial';
import { extendedCapabilities, standardCapabilities } from '@mdevkit/pci';
import { lspciText, readConfig } from '@mdevkit/testing';
import { PCI_BASE_ADDRESS_0, VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { ConfigTrace, doeFunctionDriver, echo, probeDriver } from '../devices/index.js';
import { run, withArguments } from '../lab/index.js';
import { useLab } from './use-guest.js';

const LIMIT_MS = 20_000;

type Driver = ReturnType<typeof defineDriver>;

/** A function with one DOE Capability at 0x140. */
function doeFunction(): Driver {
  return doeFunctionDriver({
    instances: () => [{ at: 0x140, message: 1, features: [{ feature: echo(0x6d64, 1) }] }],
    trace: new ConfigTrace(),
    onMade: () => undefined,
  });
}

/** Config space of a new device, with these addresses in its BARs, by the number of the BAR. */
async function configOf(
  driver: Driver,
  type: string,
  bars: Readonly<Record<number, number>> = {},
): Promise<Uint8Array> {
  await using host = new MdevHost();
  await host.load(driver);
  const [parent = ''] = host.parents;
  const { uuid } = await host.create({ parent, type });
  await using device = await host.open(uuid);
  for (const [bar, address] of Object.entries(bars)) {
    const at = PCI_BASE_ADDRESS_0 + 4 * Number(bar);
    await write32(device, VFIO_PCI_CONFIG_REGION_INDEX, at, address);
  }
  return await readConfig(device);
}

/** Where lspci says that there is a capability. */
function capabilitiesOf(decoded: string): number[] {
  return [...decoded.matchAll(/^\tCapabilities: \[([\da-f]+)/gm)].map(([, at = '']) =>
    Number.parseInt(at, 16),
  );
}

describe('the text of config space, in the hands of lspci (pciutils lib/dump.c)', () => {
  const lab = useLab();
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mdevkit-lspci-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** What `lspci -F`, with numbers for names, makes of a text. */
  async function lspci(text: string, ...options: readonly string[]): Promise<string> {
    const file = join(folder, 'config');
    writeFileSync(file, text);
    const command = lab().tool('usr/bin/lspci');
    return String(await run(withArguments(command, '-F', file, '-n', ...options), LIMIT_MS));
  }

  it('is what lspci itself prints, in all its lengths', async () => {
    const config = await configOf(probeDriver(), 'probe-one');
    for (const [option, size] of [
      ['-x', 64],
      ['-xxx', 256],
      ['-xxxx', 4096],
    ] as const) {
      const text = lspciText(config.subarray(0, size), '3f:1f.7');
      expect(await lspci(text, option)).to.equal(text);
    }
  });

  it('is a file of several functions, one after the other, also beyond domain 0', async () => {
    const text =
      lspciText(await configOf(eduDriver, 'edu-one'), '0001:00:02.0') +
      lspciText(await configOf(serialDriver(new HostLine()), 'serial-16550a'), '0001:00:03.0');
    expect(await lspci(text, '-xxxx')).to.equal(text);
  });

  it('edu is decoded as it was declared (examples/edu)', async () => {
    const config = await configOf(eduDriver, 'edu-one', { 0: 0xfebf_0000 });
    const decoded = await lspci(lspciText(config), '-vvv');
    expect(decoded).to.match(/^00:00\.0 00ff: 6d64:ed00\n/);
    expect(decoded).to.include('Region 0: Memory at febf0000 (32-bit, non-prefetchable)');
    expect(decoded).to.include('[40] Express (v2) Endpoint');
    expect(decoded).to.match(/Power Management version 3/);
    expect(decoded).to.match(
      /MSI-X: Enable- Count=4 Masked-\n\t\tVector table: BAR=0 offset=00002000/,
    );
    expect(decoded).to.include('Vendor Specific Information');
    expect(capabilitiesOf(decoded)).to.deep.equal(standardCapabilities(config).map(({ at }) => at));
  });

  it('a 64-bit BAR and a subsystem are decoded (devices/probe.ts)', async () => {
    const bars = { 0: 0xfebf_0000, 2: 0x4000_0000, 3: 0x0000_0038 };
    const decoded = await lspci(
      lspciText(await configOf(probeDriver(), 'probe-one', bars)),
      '-vvv',
    );
    expect(decoded).to.include('Subsystem: 6d64:0001');
    expect(decoded).to.include('Interrupt: pin A');
    expect(decoded).to.include('Region 2: Memory at 3840000000 (64-bit, prefetchable)');
  });

  it('a function with DOE has it, and a serial number, where they are (devices/doe-function.ts)', async () => {
    const config = await configOf(doeFunction(), 'doe-one');
    const decoded = await lspci(lspciText(config), '-vvv');
    expect(decoded).to.include('[100 v1] Device Serial Number 6d-64-6d-64-ed-03-00-01');
    expect(decoded).to.match(/\[140 v2\] Data Object Exchange\n\t\tDOECap: IntSup\+/);
    expect(capabilitiesOf(decoded)).to.deep.equal(
      [...standardCapabilities(config), ...extendedCapabilities(config)].map(({ at }) => at),
    );
  });

  it('a conventional function has ports and no capabilities (examples/serial)', async () => {
    const config = await configOf(serialDriver(new HostLine()), 'serial-16550a', { 0: 0xc000 });
    expect(config).to.have.length(256);
    const decoded = await lspci(lspciText(config), '-vvv');
    expect(decoded).to.include('Region 0: I/O ports at c000');
    expect(capabilitiesOf(decoded)).to.deep.equal([]);
  });
});
