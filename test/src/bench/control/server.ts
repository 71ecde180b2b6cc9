import { ControlServer } from '@mdevkit/control';
import { MdevHost } from '@mdevkit/core';
import { listenEcho, type ServerMode } from '../processes/index.js';
import { counterDriver, counterType } from './counter-driver.js';
import { POLLING } from './polling.js';

/*
 * The server's side of the benchmark, a process of its own: a control plane on one socket, and on another a bare loop that
 * answers so many bytes with so many others, with the same way to wait.
 */

const [mode, path, echoPath] = process.argv.slice(2) as [ServerMode, string, string];

const host = new MdevHost();
await host.load(counterDriver());
const { uuid } = await host.create(counterType);
const { endpoint } = await host.attach(uuid);
ControlServer.listen({ endpoint }, { path, polling: POLLING[mode] });
listenEcho(echoPath, mode);
// Nobody is measured any more when the benchmark has ended, however it did.
process.once('disconnect', () => {
  process.exit();
});
process.send?.('ready');
