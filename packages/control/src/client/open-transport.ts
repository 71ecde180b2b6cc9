import { UnixStream } from '@mdevkit/linux';
import { awaitGreeting } from './await-greeting.js';
import { clientServices, type ConnectControlOptions } from './options.js';
import { SocketTransport } from './socket-transport.js';

/** The way to a control plane alone, for whoever makes messages himself; see `connectControl`. */
export async function openTransport(
  server: string | UnixStream,
  options: ConnectControlOptions = {},
): Promise<SocketTransport> {
  const services = clientServices(options);
  const stream = typeof server === 'string' ? UnixStream.connect(server) : server;
  try {
    const greeting = await awaitGreeting(stream, services.clock, services.timeoutMs);
    return new SocketTransport(stream, greeting, services);
  } catch (error) {
    stream[Symbol.dispose]();
    throw error;
  }
}
