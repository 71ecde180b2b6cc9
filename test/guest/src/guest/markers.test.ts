import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { READY_LINE, REPLY_MARK, ReplyReader, requestLine, type Reply } from './markers.js';

function reply(id: number, output: string, code: number): string {
  return `${output}\n${REPLY_MARK} ${id} ${code}\n`;
}

describe('the command channel (own rule)', () => {
  it('sends a script of several lines as one', () => {
    const line = requestLine(7, 'echo a\necho b');
    const [id, script = ''] = line.trimEnd().split(' ');
    expect(line.split('\n')).to.have.length(2);
    expect(id).to.equal('7');
    expect(Buffer.from(script, 'base64').toString()).to.equal('echo a\necho b\n');
  });

  it('finds every reply, wherever the stream is cut', () => {
    const text = fc.string({ maxLength: 30 }).filter((output) => !output.includes('\x1e'));
    const result = fc.record({ output: text, code: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.array(result, { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        (results, step) => {
          const stream = results.map(({ output, code }, id) => reply(id, output, code)).join('');
          const reader = new ReplyReader();
          const found: Reply[] = [];
          for (let at = 0; at < stream.length; at += step) {
            found.push(...reader.feed(stream.slice(at, at + step)));
          }
          expect(found).to.deep.equal(
            results.map((expected, id) => ({ kind: 'result', id, result: expected })),
          );
        },
      ),
      { seed: 20261121, numRuns: 300 },
    );
  });

  it('leaves a line end of the output alone, and adds none', () => {
    const reader = new ReplyReader();
    const both = reader.feed(reply(1, 'with\n', 0) + reply(2, 'without', 0));
    expect(both).to.deep.equal([
      { kind: 'result', id: 1, result: { code: 0, output: 'with\n' } },
      { kind: 'result', id: 2, result: { code: 0, output: 'without' } },
    ]);
  });

  it('sees that the guest is ready, after whatever firmware wrote', () => {
    const reader = new ReplyReader();
    expect(reader.feed('SeaBIOS 1.17\r\nnoise')).to.deep.equal([]);
    expect(reader.feed(`\n${REPLY_MARK} ${READY_LINE}\n`)).to.deep.equal([{ kind: 'ready' }]);
    expect(reader.pending).to.equal('');
  });

  it('keeps what an unfinished command has printed', () => {
    const reader = new ReplyReader();
    reader.feed('half a li');
    expect(reader.pending).to.equal('half a li');
  });
});
