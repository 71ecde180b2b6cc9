import { openTransport } from '../../client/index.js';

/* A client in the middle of everything: a descriptor that is read, a call that is not answered, and another behind it. */

const control = await openTransport(process.argv[2] ?? '');
const request = { bytes: Uint8Array.of(1), descriptors: [] };
const { descriptors } = await control.call(request);
const [descriptor] = descriptors;
void descriptor?.read(new Uint8Array(64));
void descriptor?.ready();
void control.call({ bytes: Uint8Array.of(2), descriptors });
void control.call(request);
