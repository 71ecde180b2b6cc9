import { MdevHost, defineDriver, registerLayout, registerRegion } from '@mdevkit/core';
import { VfioUserServer, type PollingOptions } from '@mdevkit/vfio-user';
import { listenEcho } from './echo.js';
import { POLL_MS, type ServerMode } from './shared.js';

/*
 * The server's side of the benchmark, a process of its own: a device behind the vfio-user server on one socket, and on
 * another a bare loop that answers so many bytes with so many others, with the same way to wait.
 */

const [mode, devicePath, echoPath] = process.argv.slice(2) as [ServerMode, string, string];

const POLLING: Readonly<Record<ServerMode, PollingOptions>> = {
  poll: { maxSpins: 1_000_000, turnMs: POLL_MS },
  block: { maxSpins: 0 },
  default: {},
};

const registers = registerLayout('bench', 0x1000, [
  { name: 'SCRATCH', offset: 0, width: 4, access: 'rw' },
]);

const host = new MdevHost();
await host.load(
  defineDriver({
    name: 'bench',
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }],
    parents: [{ name: 'bench0', capacity: 1 }],
    model: () => ({
      deviceApi: 'vfio-platform',
      regions: [registerRegion('registers', registers.instantiate())],
      irqs: [],
    }),
  }),
);
const { uuid } = await host.create({ parent: 'bench0', type: 'bench-one' });
const server = VfioUserServer.listen(await host.attach(uuid), {
  path: devicePath,
  polling: POLLING[mode],
});
server.run();

listenEcho(echoPath, mode);
process.send?.('ready');
