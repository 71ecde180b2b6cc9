import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { EngineBench, IOVA, settled, type WatchedCommand } from '../engine-bench.test-support.js';

type Step =
  | { readonly kind: 'submit'; readonly isWrite: boolean; readonly blocks: number }
  | { readonly kind: 'answer'; readonly pick: number }
  | { readonly kind: 'garbage'; readonly pick: number; readonly bytes: Uint8Array }
  | { readonly kind: 'post'; readonly address: number }
  | { readonly kind: 'room'; readonly room: number }
  | { readonly kind: 'time'; readonly milliseconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      isWrite: fc.boolean(),
      blocks: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('answer' as const), pick: fc.nat() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('garbage' as const),
      pick: fc.nat(),
      bytes: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    }),
  },
  fc.record({
    kind: fc.constant('post' as const),
    address: fc.oneof(
      fc.nat(2000).map((at) => IOVA + at * 16),
      fc.nat(2 ** 30).map((n) => n * 2),
    ),
  }),
  fc.record({ kind: fc.constant('room' as const), room: fc.integer({ min: -2, max: 4 }) }),
  fc.record({
    kind: fc.constant('time' as const),
    milliseconds: fc.integer({ min: 1, max: 3000 }),
  }),
);

describe('a device that answers rubbish (own rule: everything from a device is hostile until checked)', () => {
  it('every command ends once, whatever responses, queue and registers say, and no memory is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        using bench = new EngineBench({ slots: 3, bufferBytes: 5 * 4096, timeoutMs: 1000 });
        const commands: WatchedCommand[] = [];
        for (const action of steps) {
          const { requests } = bench.afu;
          switch (action.kind) {
            case 'submit': {
              const bytes = new Uint8Array(action.blocks * 4096);
              commands.push(bench.submit({ isWrite: action.isWrite, bytes }));
              break;
            }
            case 'answer':
              if (requests.length > 0) {
                bench.afu.respond({}, action.pick % requests.length);
              }
              break;
            case 'garbage': {
              const [request] = requests.splice(action.pick % Math.max(1, requests.length), 1);
              if (request !== undefined) {
                bench.memory.bytes.set(action.bytes, request.address - IOVA + 64);
                bench.afu.room += 1;
                bench.afu.post(request.address);
              }
              break;
            }
            case 'post':
              bench.afu.post(action.address);
              break;
            case 'room':
              bench.afu.room = action.room;
              break;
            case 'time':
              bench.clock.advance(action.milliseconds);
              break;
          }
          bench.engine.drain();
          await settled();
        }
        // A device that behaves again has everything end by itself, unless the context is lost.
        for (let turn = 0; turn < 40 && bench.losses.length === 0; turn++) {
          bench.afu.room = Math.max(bench.afu.room, 3);
          while (bench.afu.requests.length > 0) {
            bench.afu.respond();
          }
          bench.engine.drain();
          await settled();
          bench.clock.advance(1000);
          await settled();
        }
        expect(commands.map(({ outcome }) => outcome)).not.to.include('none');
        expect(commands.every(({ ends }) => ends === 1)).to.equal(true);
        if (bench.losses.length === 0) {
          expect(bench.memory.extents.available).to.equal(5 * 4096);
        }
        expect(bench.losses.length).to.be.at.most(1);
      }),
      { seed: 20261121, numRuns: 400 },
    );
  });
});
