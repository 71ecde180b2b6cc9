import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EventFd, SharedMemory } from '@mdevkit/linux';
import { FakeMigration } from './migration-model.test-support.js';
import { openDescriptors, openSession } from './session.test-support.js';
import { commandTable } from './index.js';

const COMMANDS = [...commandTable().handlers.keys()];

/** Values at which checks turn, little endian, and any bytes between. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.nat(48) },
  { weight: 2, arbitrary: fc.constantFrom(0x1000, 0x2000, 0x4000, 0x1_0000, 0x2_0005, 0x1_0002) },
  { weight: 1, arbitrary: fc.constantFrom(0xffff_ffff, 0x8000_0000, 0x7fff_ffff, 0xffff_f000) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xffff_ffff }) },
);
const payload = fc.tuple(fc.array(word, { maxLength: 14 }), fc.nat(3)).map(([words, cut]) => {
  const bytes = new Uint8Array(Uint32Array.from(words).buffer);
  return bytes.subarray(0, Math.max(0, bytes.length - cut));
});
const step = fc.record({
  command: fc.constantFrom(...COMMANDS),
  payload,
  /** Which of a few descriptors come with it. */
  fds: fc.array(fc.nat(2), { maxLength: 3 }),
});

describe('commands of a hostile client (own rule: everything from a client is checked)', () => {
  it('hostile: any sequence of commands ends in replies and errnos, and leaves no descriptor behind', async () => {
    using memory = SharedMemory.create(0x4000);
    using eventfd = EventFd.create();
    const sources = [memory.fd, eventfd.fd, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await using bench = await openSession({
          model: { migration: new FakeMigration(), reset: () => undefined },
          limits: { maxDmaMaps: 8 },
        });
        const before = openDescriptors();
        for (const { command, payload: bytes, fds } of steps) {
          const which = fds.map((fd) => sources[fd] ?? 0);
          const outcome = await bench.outcome(command, bytes, which);
          expect(outcome, `command ${command}`).to.match(
            /^(ok|E[A-Z0-9]+ [a-z]+(-[a-z]+)*\.[a-z0-9-]+)$/,
          );
        }
        const { maps, irqs } = bench.session;
        expect(bench.endpoint.dmaPlane.space.mapCount).to.equal(maps.size);
        await bench.disconnect();
        expect([maps.size, irqs.bound, openDescriptors()]).to.deep.equal([0, 0, before]);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });
});
