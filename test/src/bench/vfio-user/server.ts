import { MdevHost } from '@mdevkit/core';
import { VfioUserServer, type PollingOptions } from '@mdevkit/vfio-user';
import { benchDriver, benchType } from '../core/bench-device.js';
import { listenEcho, POLL_MS, type ServerMode } from '../processes/index.js';

/*
 * The server's side of the benchmark, a process of its own: a device behind the vfio-user server on one socket, and on
 * another a bare loop that answers so many bytes with so many others, with the same way to wait.
 */

const [mode, path, echoPath] = process.argv.slice(2) as [ServerMode, string, string];

const POLLING: Readonly<Record<ServerMode, PollingOptions>> = {
  poll: { maxSpins: 1_000_000, turnMs: POLL_MS },
  block: { maxSpins: 0 },
  default: {},
};

const host = new MdevHost();
await host.load(benchDriver());
const { uuid } = await host.create(benchType);
const server = VfioUserServer.listen(await host.attach(uuid), { path, polling: POLLING[mode] });
server.run();

listenEcho(echoPath, mode);
// Nobody is measured any more when the benchmark has ended, however it did.
process.once('disconnect', () => {
  process.exit();
});
process.send?.('ready');
