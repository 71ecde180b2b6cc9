import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runDoeCampaign } from './doe/index.js';

const seed = 20261121;

describe('npm run fuzz -- --doe N', () => {
  it('doe together fuzz: the cases are divided between registers, decoders and whole functions, and none is left out', async () => {
    const lines: string[] = [];
    await runDoeCampaign({ cases: 1000, seed, onPart: (line) => void lines.push(line) });
    expect(lines.map((line) => /^(\w+: \d+ \w+)/.exec(line)?.[1])).to.deep.equal([
      'registers: 333 accesses',
      'SPDM: 333 messages',
      'functions: 334 events',
    ]);
  });

  it('doe together fuzz: what is no number of cases is refused', async () => {
    for (const cases of [Number('many'), 2, 1.5]) {
      const refused = await runDoeCampaign({ cases, seed, onPart: () => undefined }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refused, String(cases)).to.be.instanceOf(RangeError);
    }
  });
});
