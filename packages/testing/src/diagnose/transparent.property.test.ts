import { MdevError, type Interposer } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { Burndown } from './burndown/index.js';
import { ValveBench, valveRegisters } from './diagnose.test-support.js';
import { SpinWatchdog } from './spin/index.js';
import { parseVcd } from './wave/vcd-parser.test-support.js';
import { WaveformRecorder } from './wave/index.js';

/** An access that may be anything, mostly one that does something. */
const anyAccess = fc.record({
  write: fc.boolean(),
  region: fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 4 }) }, fc.constantFrom(-1, 2 ** 33, NaN)),
  offset: fc.oneof(
    { weight: 8, arbitrary: fc.nat({ max: 0x30 }) },
    fc.constantFrom(0xfe, -1, 0.5, 2 ** 53, NaN),
  ),
  bytes: fc.uint8Array({ maxLength: 12 }),
});
type Access = typeof anyAccess extends fc.Arbitrary<infer T> ? T : never;

async function answers(bench: ValveBench, accesses: readonly Access[]): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const { write, region, offset, bytes } of accesses) {
    const data = bytes.slice();
    const { device } = bench;
    const call = write ? device.write(region, offset, data) : device.read(region, offset, data);
    const answer = await call.catch((error: unknown) =>
      MdevError.is(error) ? error.reason : 'no MdevError',
    );
    all.push([answer, [...data]]);
  }
  return all;
}

function everything(): readonly [...Interposer[], WaveformRecorder] {
  const names = { 0: valveRegisters };
  return [new Burndown({ names }), new SpinWatchdog({ limit: 2, names }), new WaveformRecorder()];
}

describe('diagnostics and those who are diagnosed (own rule; docs/reference/diagnostics.md)', () => {
  it('diagnostics seen: a hostile client is answered as it is without them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAccess, { maxLength: 20 }), async (accesses) => {
        const interposers = everything();
        await using watched = await ValveBench.open(...interposers);
        await using plain = await ValveBench.open();
        expect(await answers(watched, accesses)).to.deep.equal(await answers(plain, accesses));
        const [, , waves] = interposers;
        expect(() => parseVcd((waves as WaveformRecorder).vcd())).not.to.throw();
      }),
      { seed: 20261121, numRuns: 150 },
    );
  });
});
