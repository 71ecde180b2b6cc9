import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { describe, it } from 'mocha';

const CHANNEL = new URL('./event-channel.js', import.meta.url).href;

/** A program that warms up, then says where its measured rounds begin and end. A round is 64 events. */
function program(data: string): string {
  return `
    import { writeSync } from 'node:fs';
    import { EventChannel } from ${JSON.stringify(CHANNEL)};
    const channel = new EventChannel({ capacity: 64 });
    const source = channel.source(0x1234_5678_9abcn);
    const room = { length: 4096, seen: 0, copy(header, data) { this.seen += header[0] + data.length; } };
    const data = ${data};
    function rounds(n) {
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < 64; j++) source.report(j, data);
        for (let j = 0; j < 64; j++) channel.read(room, true);
      }
    }
    rounds(3_000);
    writeSync(1, 'begin\\n');
    rounds(30_000);
    writeSync(1, 'end\\n');
  `;
}

/** How often the young generation was collected in the measured rounds. */
function collections(data: string): number {
  const { stdout } = spawnSync(
    process.execPath,
    ['--trace-gc', '--max-semi-space-size=1', '--input-type=module', '-e', program(data)],
    { encoding: 'utf8' },
  );
  const measured = /begin\n([\s\S]*)end\n/.exec(stdout)?.[1];
  return measured === undefined ? NaN : measured.split('Scavenge').length - 1;
}

describe('queueing and reading an event (own rule: what is frequent makes no garbage)', function () {
  this.timeout(60_000);

  it('own rule allocation: an event without data allocates nothing', () => {
    // Background work of the engine may cause one; a single object for each event would cause 40.
    expect(collections('undefined')).to.be.lessThan(4);
  });

  it('own rule allocation: its data is told apart from that', () => {
    expect(collections('Uint8Array.of(1)')).to.be.greaterThan(40);
  });
});
