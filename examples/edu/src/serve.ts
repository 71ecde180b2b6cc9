import { MdevHost, type LogFields, type Logger, type MdevHostOptions } from '@mdevkit/core';
import { VfioUserServer } from '@mdevkit/vfio-user';
import { eduDriver } from './edu.js';

/** One edu device behind a socket, until the answer is disposed. Throws what listening on the socket throws. */
export async function serve(
  path: string,
  print: (line: string) => void,
  options: MdevHostOptions = {},
): Promise<AsyncDisposable> {
  const logger = lineLogger(print);
  const host = new MdevHost({ ...options, logger });
  try {
    await host.load(eduDriver);
    const { uuid } = await host.create({ parent: 'edu0', type: 'edu-one' });
    const server = VfioUserServer.listen(await host.attach(uuid), { path, logger });
    server.run();
    return {
      [Symbol.asyncDispose]: async () => {
        await server.close();
        await host.close();
      },
    };
  } catch (error) {
    await host.close();
    throw error;
  }
}

/** Warnings and worse, a line each. */
function lineLogger(print: (line: string) => void, always: LogFields = {}): Logger {
  const line = (message: string, fields: LogFields = {}): void => {
    const told = Object.entries({ ...always, ...fields }).map(
      ([name, value]) => `${name}=${String(value)}`,
    );
    print(`${message} (${told.join(', ')})`);
  };
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: line,
    error: line,
    child: (fields) => lineLogger(print, { ...always, ...fields }),
  };
}
