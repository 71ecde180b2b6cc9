import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadCorpus } from './corpus/index.js';
import { runCampaign } from './campaign/index.js';

const MESSAGES = 20_000;

describe('VfioUserServer, mutated sessions (own rule: a client cannot break a server)', () => {
  it('every command is answered once, the next client is served, and nothing stays', async () => {
    const { stackTraceLimit } = Error;
    // Most errors are refusals that nobody reads.
    Error.stackTraceLimit = 0;
    try {
      const { messages, errnos } = await runCampaign({ seed: 20261121, messages: MESSAGES });
      expect(messages).to.be.at.least(MESSAGES);
      // It gets beyond the first checks: what works, what is not there, what is wrong, and what comes too late.
      for (const errno of [0, 2, 5, 14, 16, 17, 22, 25, 110]) {
        expect(errnos.get(errno), `replies with errno ${errno}`).to.be.greaterThan(0);
      }
      expect(errnos.get(0)).to.be.greaterThan(MESSAGES / 4);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });

  it('starts from what a stock QEMU says (hw/vfio-user/proxy.c)', () => {
    const { versions, sessions } = loadCorpus();
    expect(versions.length).to.be.at.least(5);
    const commands = new Set(sessions.flatMap(({ seeds }) => seeds.map(({ bytes }) => bytes[2])));
    for (const command of [2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 15, 16, 17, 18]) {
      expect(commands, `command ${command}`).to.include(command);
    }
  });
});
