import { bindIrqs, irqCallback } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ValveBench, valveCommand, valveRegisters } from '../diagnose.test-support.js';
import { parseVcd, type ParsedChange } from './vcd-parser.test-support.js';
import { WaveformRecorder, type WaveformOptions } from './waveform-recorder.js';

const MDEV = 'valve_one_00000000_0000_4000_8000_000000000001';
const [HEAD, TAIL, CTRL] = (['HEAD', 'TAIL', 'CTRL'] as const).map((name) =>
  valveRegisters.offsetOf(name),
) as [number, number, number];

/** What changed below a scope, `time path value` each; vectors as numbers. */
function drawn(waves: WaveformRecorder, scope: string): string[] {
  const { changes } = parseVcd(waves.vcd());
  const value = (bits: string): string => (bits.includes('x') ? bits : `${Number(`0b${bits}`)}`);
  return changes
    .filter(({ path }) => path.startsWith(`${MDEV}.${scope}`))
    .map((change: ParsedChange) => {
      const path = change.path.slice(MDEV.length + 1);
      return `${change.time} ${path} ${value(change.value)}`;
    });
}

async function benchOf(
  options: WaveformOptions = {},
): Promise<readonly [WaveformRecorder, ValveBench]> {
  const waves = new WaveformRecorder(options);
  return [waves, await ValveBench.open(waves)];
}

describe('WaveformRecorder: mdevs as waveforms (own rule; docs/reference/diagnostics.md)', () => {
  it('wave register, wave time: registers change with what their client reads and writes, at the time of the clock', async () => {
    const [waves, bench] = await benchOf();
    await using _ = bench;
    bench.clock.advance(1.5);
    await bench.read(4, 4);
    bench.clock.advance(1);
    await bench.write(CTRL, [0x34, 0x12, 0, 0]);
    await bench.write(CTRL, [0x34, 0x12, 0, 0]);
    expect(drawn(waves, 'control')).to.deep.equal([
      '1500 control.STATUS 33',
      '2500 control.CTRL 4660',
    ]);
  });

  it('wave unknown: bytes that did not pass are unknown', async () => {
    const [waves, bench] = await benchOf();
    await using _ = bench;
    await bench.write(CTRL + 1, [0x12]);
    expect(drawn(waves, 'control')).to.deep.equal([
      `0 control.CTRL ${'x'.repeat(16)}00010010${'x'.repeat(8)}`,
    ]);
  });

  it('wave names: handlers that do not say what they have are drawn by offset, holes are not', async () => {
    const [waves, bench] = await benchOf();
    await using _ = bench;
    await bench.write(4, [1, 0], 1);
    await bench.write(0x40, [1, 0]);
    expect(drawn(waves, 'data')).to.deep.equal(['0 data.at_4_2 1']);
    expect(drawn(waves, 'control')).to.deep.equal([]);
    expect(drawn(waves, 'access')).to.deep.equal([
      '0 access.data_write 1',
      '0 access.control_write 1',
    ]);
  });

  it('wave line, wave message: lines are levels, messages are events; lines fall when the client closes', async () => {
    const [waves, bench] = await benchOf();
    await using _ = bench;
    await bindIrqs(bench.device, 1, [irqCallback(() => 0), irqCallback(() => 0)]);
    for (const command of [
      valveCommand.raise,
      valveCommand.message,
      valveCommand.message,
      valveCommand.lower,
      valveCommand.raise,
    ]) {
      bench.clock.advance(1);
      await bench.write(CTRL, [command, 0, 0, 0]);
    }
    bench.clock.advance(1);
    await bench.device.close();
    expect(drawn(waves, 'irq')).to.deep.equal([
      '1000 irq.line_line 1',
      '2000 irq.bell_1 1',
      '3000 irq.bell_1 1',
      '4000 irq.line_line 0',
      '5000 irq.line_line 1',
      '6000 irq.line_line 0',
    ]);
    const line = parseVcd(waves.vcd()).initial.find(({ path }) => path.endsWith('line_line'));
    expect(line?.value).to.equal('0');
  });

  it('wave line: it falls when the device is reset', async () => {
    const waves = new WaveformRecorder();
    await using bench = await ValveBench.openType('valve-reset', [waves]);
    await bench.write(CTRL, [valveCommand.raise, 0, 0, 0]);
    bench.clock.advance(1);
    await bench.device.reset();
    const { changes } = parseVcd(waves.vcd());
    expect(
      changes
        .filter(({ path }) => path.endsWith('line_line'))
        .map(({ time, value }) => [time, value]),
    ).to.deep.equal([
      [0, '1'],
      [1000, '0'],
    ]);
  });

  it('wave message: also while nobody listens', async () => {
    const [waves, bench] = await benchOf();
    await using _ = bench;
    await bench.write(CTRL, [valveCommand.message, 0, 0, 0]);
    expect(drawn(waves, 'irq')).to.deep.equal(['0 irq.bell_1 1']);
  });

  it('wave queue: a queue is as deep as its registers, or its probe, say', async () => {
    let waiting = 5;
    const [waves, bench] = await benchOf({
      queues: [
        { name: 'ring', region: 0, head: 'HEAD', tail: 'TAIL', entries: 8 },
        { name: 'work', probe: () => waiting },
      ],
    });
    await using _ = bench;
    await bench.write(HEAD, [6, 0]);
    waiting = 4;
    await bench.write(TAIL, [1, 0]);
    await bench.write(HEAD, [1, 0]);
    expect(drawn(waves, 'queues')).to.deep.equal([
      '0 queues.work 5',
      '0 queues.ring 3',
      '0 queues.work 4',
      '0 queues.ring 0',
    ]);
  });

  it('wave failing: a sample or a probe that throws, or gives no integer, is unknown, and the client never notices', async () => {
    let answer = (): number => 5;
    const [waves, bench] = await benchOf({
      sample: () => ({ level: answer(), steady: 1 }),
      queues: [{ name: 'work', probe: () => answer() }],
    });
    await using _ = bench;
    const broken = [
      () => 0.5,
      (): number => {
        throw new Error('a bug of whoever draws');
      },
    ];
    await bench.read(4, 4);
    for (const next of broken) {
      bench.clock.advance(1);
      answer = next;
      expect(await bench.read(4, 4)).to.deep.equal(Uint8Array.of(0x21, 0, 0, 0));
      bench.clock.advance(1);
      answer = () => 5;
      await bench.read(4, 4);
    }
    const x = 'x'.repeat(64);
    expect(drawn(waves, 'sampled')).to.deep.equal([
      '0 sampled.level 5',
      '0 sampled.steady 1',
      `1000 sampled.level ${x}`,
      '2000 sampled.level 5',
      `3000 sampled.level ${x}`,
      `3000 sampled.steady ${x}`,
      '4000 sampled.level 5',
      '4000 sampled.steady 1',
    ]);
    expect(drawn(waves, 'queues').map((line) => line.replace(/x+/, 'x'))).to.deep.equal([
      '0 queues.work 5',
      '1000 queues.work x',
      '2000 queues.work 5',
      '3000 queues.work x',
      '4000 queues.work 5',
    ]);
  });

  it('wave scope: two mdevs whose UUIDs begin alike are drawn apart', async () => {
    const [waves, bench] = await benchOf();
    await using _ = bench;
    const uuid = '00000000-0000-4000-8000-000000000002';
    await bench.host.create({ parent: 'valve0', type: 'valve-one', uuid });
    await using other = await bench.host.open(uuid);
    await other.read(0, 4, new Uint8Array(4));
    await bench.read(4, 4);
    const scopes = parseVcd(waves.vcd()).variables.map(({ path }) => path.split('.')[0]);
    expect([...new Set(scopes)].sort()).to.deep.equal([MDEV, `${MDEV.slice(0, -1)}2`]);
    expect(drawn(waves, 'control')).to.deep.equal(['0 control.STATUS 33']);
  });

  it('wave sample, wave regions, wave event: sampled values, chosen regions and events', async () => {
    let level = 1n;
    const [waves, bench] = await benchOf({ regions: [1], sample: () => ({ level }) });
    await using _ = bench;
    await bench.write(CTRL, [1, 0, 0, 0]);
    bench.clock.advance(3);
    level = 2n ** 64n + 9n;
    await bench.write(0, [1], 1);
    await bench.host.remove('00000000-0000-4000-8000-000000000001', 0);
    expect(drawn(waves, 'control')).to.deep.equal([]);
    expect(drawn(waves, 'sampled')).to.deep.equal(['0 sampled.level 1', '3000 sampled.level 9']);
    expect(drawn(waves, 'event')).to.deep.equal(['3000 event.hangup 1']);
  });
});
