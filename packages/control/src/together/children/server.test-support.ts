import { ControlServer } from '../../server/index.js';
import { FakeObject, FakePlane } from '../../server/fake-plane.test-support.js';

/* A server whose first call answers a descriptor, and whose others are never answered. */

const plane = new FakePlane();
plane.onCall = (_bytes, _descriptors, { calls }) =>
  calls.length === 1
    ? { bytes: Uint8Array.of(1), descriptors: [new FakeObject()] }
    : new Promise(() => undefined);
ControlServer.listen({ objects: plane }, { path: process.argv[2] ?? '' });
process.send?.('ready');
