import { MdevHost } from '@mdevkit/core';
import { SharedMemory } from '@mdevkit/linux';
import { VfioUserServer } from '../server/index.js';
import { benchDriver, REGION_SIZE } from './bench-model.test-support.js';

/*
 * A process of its own that serves a bench device on the socket that its first argument names, until its parent lets go
 * of it. It says `ready` when it can be connected to.
 */
const [, , path = ''] = process.argv;
using shared = SharedMemory.create(REGION_SIZE);
await using host = new MdevHost();
await host.load(benchDriver(shared));
const { uuid } = await host.create({ parent: 'bench0', type: 'bench-one' });
await using server = VfioUserServer.listen(await host.attach(uuid), { path });
server.run();
const parent = new Promise((resolve) => process.once('disconnect', resolve));
process.send?.('ready');
await parent;
