import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const CODEC = new URL('./index.js', import.meta.url).href;

/** A program that warms up, then says where its measured rounds begin and end. */
function program(round: string): string {
  return `
    import { writeSync } from 'node:fs';
    import { struct, u16, u32, u53, u8 } from ${JSON.stringify(CODEC)};
    const Ring = struct('ring', { a: u8(0), b: u8(1), c: u16(2), d: u32(4), e: u53(8) });
    const data = new DataView(new ArrayBuffer(64 * Ring.size));
    const view = Ring.view();
    const kept = [];
    function rounds(n) {
      for (let i = 0; i < n; i++) { ${round} }
    }
    rounds(200_000);
    writeSync(1, 'begin\\n');
    rounds(3_000_000);
    writeSync(1, 'end\\n');
  `;
}

/** How often the young generation was collected in the measured rounds. */
function collections(round: string): number {
  const { stdout } = spawnSync(
    process.execPath,
    ['--trace-gc', '--max-semi-space-size=1', '--input-type=module', '-e', program(round)],
    { encoding: 'utf8' },
  );
  const measured = /begin\n([\s\S]*)end\n/.exec(stdout)?.[1];
  return measured === undefined ? NaN : measured.split('Scavenge').length - 1;
}

describe('access to number fields through a cursor', function () {
  this.timeout(60_000);

  it('allocates nothing', () => {
    const round =
      'view.at(data, (i & 63) * 16); view.a = i & 255; view.c = view.a; view.d = i; view.e = view.d;';
    // Background work of the engine may cause one; a single object each round would cause 40.
    expect(collections(round)).to.be.lessThan(4);
  });

  it('is told apart from work that allocates', () => {
    expect(collections('kept[i & 63] = { view: Ring.view() };')).to.be.greaterThan(40);
  });
});
