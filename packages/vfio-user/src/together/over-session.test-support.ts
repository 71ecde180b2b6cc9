import {
  Endpoint,
  silentLogger,
  SystemClock,
  type ControlTransport,
  type ObjectPlane,
} from '@mdevkit/core';
import { Patience, UnixStream } from '@mdevkit/linux';
import { clientLimits } from '../client/client-limits.js';
import { openLink } from '../client/device-link.js';
import { VfioUserServer } from '../server/index.js';
import { SocketPath } from './both-ways.test-support.js';

/** A client of a plane inside a vfio-user session of its own; what serves it goes with it. */
export async function overSession(plane: ObjectPlane): Promise<ControlTransport> {
  const [clock, logger] = [new SystemClock(), silentLogger];
  const endpoint = new Endpoint({ clock, logger });
  endpoint.attach({ deviceApi: 'vfio-platform', regions: [], irqs: [] });
  // The plane under test in place of the endpoint's own.
  Object.defineProperty(endpoint, 'objects', { value: plane });
  await endpoint.open();
  const socket = new SocketPath();
  const server = VfioUserServer.listen({ endpoint }, { path: socket.path });
  server.run();
  const link = await openLink(UnixStream.connect(socket.path), {
    clock,
    logger,
    timeoutMs: 5000,
    limits: clientLimits(),
    twinSocket: false,
    patience: new Patience(),
    postedWrites: false,
    trusted: false,
  });
  const end = async (): Promise<void> => {
    link.close();
    await server.close();
    await endpoint.close();
    socket[Symbol.dispose]();
  };
  try {
    const transport = await link.control!.openTransport();
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
