import { MdevHost, type defineDriver } from '@mdevkit/core';
import { VfioUserServer } from '@mdevkit/vfio-user';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingProxy } from './recording-proxy.js';

/** A device that is served behind a proxy. */
export interface RecordedDevice extends AsyncDisposable {
  /** Where a client connects. */
  readonly path: string;
  readonly proxy: RecordingProxy;
}

/** Serves a mdev of this type, and listens to what is said to it. */
export async function serveRecorded(
  driver: ReturnType<typeof defineDriver>,
  parent: string,
  type: string,
): Promise<RecordedDevice> {
  const folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
  const host = new MdevHost();
  await host.load(driver);
  const { uuid } = await host.create({ parent, type });
  const server = VfioUserServer.listen(await host.attach(uuid), { path: join(folder, 'server') });
  server.run();
  const proxy = RecordingProxy.listen(join(folder, 'proxy'), server.path);
  return {
    path: join(folder, 'proxy'),
    proxy,
    [Symbol.asyncDispose]: async () => {
      proxy[Symbol.dispose]();
      await server.close();
      await host.close();
      rmSync(folder, { recursive: true });
    },
  };
}
