import { SharedMemory } from '@mdevkit/linux';
import { VFIO_USER_DEVICE_GET_INFO as GET_INFO } from '@mdevkit/uapi';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fields, message } from './raw-client.test-support.js';
import { microtasks, openServer } from './server-bench.test-support.js';

const RULE = 'own rule: no client can end the process or keep what is not its own';

/** Messages whose fields are likely to be looked at. */
const small = fc.constantFrom(0, 1, 2, 3, 4, 16, 24, 32, 0x1000, 0x2000, 0xffff_ffff);
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.array(small, { maxLength: 16 }).map((words) => fields(...words)),
);
const hostile = fc.record({
  id: fc.nat(0xffff),
  command: fc.nat(20),
  payload,
  flags: fc.constantFrom(0, 0, 0, 0, 1, 2, 0x10, 0x20, 0x21),
  errno: fc.constantFrom(0, 22),
  descriptors: fc.constantFrom(0, 0, 0, 1, 2, 17),
});

describe(`any client (${RULE})`, () => {
  it('hostile messages: messages of any content are carried out or refused, and the next client finds a device', async () => {
    using memory = SharedMemory.create(0x2000);
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 30 }), async (messages) => {
        await using bench = await openServer({ limits: { deadlineMs: 1000 } });
        const client = bench.open({ max_msg_fds: 16 });
        for (const { id, command, payload: bytes, flags, errno, descriptors } of messages) {
          const fds = new Array<number>(descriptors).fill(memory.fd);
          client.sendBytes(message(id, command, bytes, { flags, errno }), fds);
          let step = bench.pump();
          for (let count = 0; step.kind === 'held' && count < 3; count++) {
            await microtasks();
            bench.clock.advance(400);
            step = bench.pump();
          }
          for (let reply = client.receive(); reply !== undefined; reply = client.receive()) {
            client.closeDescriptors(reply);
          }
        }
        expect(client.ask(bench.pump, GET_INFO, fields(16, 0, 0, 0)).errno).to.equal(0);
        client[Symbol.dispose]();
        bench.pump();
        await microtasks();
        expect(bench.open().ask(bench.pump, GET_INFO, fields(16, 0, 0, 0)).errno).to.equal(0);
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });

  it('hostile bytes: bytes of any kind end the session at worst, before VERSION and after it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 100 })),
        async (first, sent) => {
          await using bench = await openServer();
          const client = first ? bench.connect() : bench.open();
          for (const bytes of sent) {
            if (bench.server.session === undefined) {
              break;
            }
            client.sendBytes(bytes);
            while (bench.pump().kind === 'done');
            client.receive();
          }
        },
      ),
      { seed: 20261121, numRuns: 60 },
    );
  });
});
