import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runClientCampaign } from './client/index.js';

const MESSAGES = 3000;

describe('VfioUserDevice, mutated replies (own rule: a server cannot break its client)', () => {
  it('every call ends with a value or an error of the project, and nothing stays', async () => {
    const { messages, outcomes } = await runClientCampaign({ seed: 20261121, messages: MESSAGES });
    expect(messages).to.be.at.least(MESSAGES);
    for (const reason of ['ok', 'vfio-user.bad-reply', 'vfio-user.no-reply', 'device.revoked']) {
      expect(outcomes.get(reason), reason).to.be.greaterThan(0);
    }
  });
});
