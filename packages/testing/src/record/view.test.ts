import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { RecordingPart } from './reader.js';
import { RecordingView } from './view.js';

const device = {
  deviceApi: 'vfio-pci',
  regions: [{ index: 0, name: 'bar\u0007', size: 16, flags: 3 }],
  irqs: [],
} as const;
const header: RecordingPart = {
  kind: 'header',
  header: { version: 1, mdev: { uuid: 'u', type: 't\u202e', parent: 'p' }, device },
};

describe('RecordingView (own rule; docs/reference/recording.md)', () => {
  it('row: view: each line is there as soon as it is known what follows', () => {
    const view = new RecordingView();
    const parts: readonly RecordingPart[] = [
      header,
      { kind: 'call', time: 1, id: 1, call: 'info', args: {} },
      { kind: 'answer', time: 1, id: 1, answer: { value: 4 } },
      { kind: 'call', time: 2, id: 2, call: 'reset', args: {} },
      { kind: 'irq', time: 2, action: 'assert', index: 0, subindex: 0, delivered: true },
      { kind: 'answer', time: 3, id: 2, answer: { value: undefined } },
      { kind: 'call', time: 4, id: 3, call: 'close', args: {} },
    ];
    const lines = parts.map((part) => view.push(part).map((line) => line.trimStart()));
    expect(lines.slice(1)).to.deep.equal([
      [],
      ['1.000  info → 4'],
      [],
      ['2.000  #2 reset …', '2.000  assert irq 0[0]'],
      ['3.000  answer of #2: done'],
      [],
    ]);
    expect(view.end().map((line) => line.trimStart())).to.deep.equal(['4.000  #3 close …']);
    expect(view.end()).to.deep.equal([]);
  });

  it('row: printable: neither names nor values can control a terminal', () => {
    const view = new RecordingView();
    const [title, regions] = view.push(header);
    expect([title, regions]).to.deep.equal([
      'mdev u, t\\u{202e} of p, vfio-pci, format 1',
      'regions: 0 bar\\u{7} (16)',
    ]);
    view.push({ kind: 'call', time: 0, id: 1, call: 'quiet', args: { cause: '\u009b2J' } });
    const lines = view.push({
      kind: 'answer',
      time: 0,
      id: 1,
      answer: { error: { errno: 5, code: 'EIO', reason: 'a\nb' } },
    });
    expect(lines.map((line) => line.trimStart())).to.deep.equal([
      '0.000  quiet cause \\u{9b}2J → EIO a\\u{a}b',
    ]);
  });
});
