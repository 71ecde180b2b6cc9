import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ControlTransport } from '@mdevkit/core';
import { openTransport } from '../client/index.js';
import { ControlServer, type ServedPlane } from '../server/index.js';

/** A client of a plane over a socket of its own; what serves it goes with it. */
export async function overSocket(plane: ServedPlane): Promise<ControlTransport> {
  const folder = mkdtempSync(join(tmpdir(), 'mdevkit-'));
  const path = join(folder, 'socket');
  const server = ControlServer.listen({ objects: plane }, { path });
  const end = async (): Promise<void> => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const transport = await openTransport(path);
    return {
      driverId: transport.driverId,
      maxMessage: transport.maxMessage,
      call: (request) => transport.call(request),
      close: async () => {
        await transport.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}
