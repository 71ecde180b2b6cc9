import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../errors/outcome.test-support.js';
import { EndpointStatus } from './endpoint-status.js';

function opened(status = new EndpointStatus()): EndpointStatus {
  status.beginOpen(false);
  expect(status.opened()).to.equal(true);
  return status;
}

describe('EndpointStatus (docs/reference/device-rules.md, who may use the device when)', () => {
  it('a reset that ends after its client has gone says nothing about the next one (bug)', () => {
    const status = opened();
    const client = status.beginReset();
    expect(status.usable).to.equal(false);
    status.leave('open', 'closing');
    status.leave('closing', 'closed');
    opened(status);
    expect(status.usable, 'the next client starts afresh').to.equal(true);
    status.endReset(client, true);
    expect(status.usable).to.equal(true);
    status.endReset(status.beginReset(), true);
    expect(outcome(() => status.requireUsable())).to.equal('EIO device.failed');
  });

  it('nothing leads out of revoked', () => {
    const status = opened();
    expect(status.revoke()).to.equal('open');
    expect([status.leave('open', 'closing'), status.opened(), status.usable]).to.deep.equal([
      false,
      false,
      false,
    ]);
    expect(outcome(() => status.beginOpen(false))).to.equal('ENODEV device.revoked');
    expect(status.state).to.equal('revoked');
  });
});
