import { MdevHost, type Device, type MdevHostOptions } from '@mdevkit/core';
import { makeDemo, readManifest, type Manifest } from '@mdevkit/example-doe';
import { VfioUserDevice } from '@mdevkit/vfio-user';
import type { Options } from './options.js';

/** A device that is to be attested, and what a good one is like. */
export interface Subject extends AsyncDisposable {
  readonly device: Device;
  readonly manifest: Manifest;
}

async function manifestOf(path: string): Promise<Manifest> {
  try {
    return await readManifest(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`no manifest (--manifest FILE says where it is): ${why}`, { cause: error });
  }
}

/** Throws what reading the manifest and connecting throw. */
export async function openSubject(
  { remote, tamper }: Options,
  hostOptions: MdevHostOptions = {},
): Promise<Subject> {
  if (remote !== undefined) {
    const manifest = await manifestOf(remote.manifest);
    const device = await VfioUserDevice.connect(remote.socket);
    return { device, manifest, [Symbol.asyncDispose]: () => device.close() };
  }
  const { driver, manifest } = await makeDemo(tamper);
  const host = new MdevHost(hostOptions);
  await host.load(driver);
  const { uuid } = await host.create({ parent: 'doe0', type: 'doe-function' });
  const device = await host.open(uuid);
  return { device, manifest, [Symbol.asyncDispose]: () => host.close() };
}
