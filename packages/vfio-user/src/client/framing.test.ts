import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { fields, message } from '../server/raw-client.test-support.js';
import { connectFake, REGION_SIZE, wordAt } from './fake-server.test-support.js';

const READ = 9;
const DMA_READ = 11;

describe('the stream of a server (docs/interop/vfio-user.rst, VFIO-user Message)', () => {
  it('reply in pieces: however it is cut, and whatever commands lie between, each reply reaches its call', async () => {
    const shapes = fc.record({
      offsets: fc.array(fc.nat({ max: REGION_SIZE - 1 }), { minLength: 1, maxLength: 12 }),
      cuts: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
      dmaEvery: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ offsets, cuts, dmaEvery }) => {
        const requests: Uint8Array[] = [];
        const { server, device } = await connectFake({
          handlers: {
            [READ]: ({ id, payload }, fake) => {
              const data = Uint8Array.of(wordAt(payload, 0));
              requests.push(message(id, READ, fields(payload, data), { flags: 1 }));
              if (requests.length % dmaEvery === 0) {
                requests.push(message(requests.length, DMA_READ, fields(0n, 4n)));
              }
              if (requests.filter((each) => each[2] === READ).length === offsets.length) {
                const stream = fields(...requests);
                for (let at = 0, turn = 0; at < stream.length; turn++) {
                  const end = at + (cuts[turn % cuts.length] ?? 1);
                  fake.raw.sendBytes(stream.subarray(at, end));
                  at = end;
                }
              }
              return undefined;
            },
          },
        });
        using _s = server;
        await using _d = device;
        await device.dmaMap({ iova: 0, memory: new Uint8Array(4096) });
        await device.regionInfo(0);
        const into = offsets.map(() => new Uint8Array(1));
        await Promise.all(
          offsets.map((offset, i) => device.read(0, offset, into[i] ?? new Uint8Array(1))),
        );
        expect(into.map(([value]) => value)).to.deep.equal(offsets);
        const asked = requests.filter((each) => each[2] === DMA_READ).length;
        const answered = (): number =>
          server.seen.filter(({ command }) => command === DMA_READ).length;
        await server.until(() => (answered() === asked ? true : undefined));
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });
});
