import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { requireOperations } from './require-operations.js';

describe('requireOperations (own rule: a driver may be plain JavaScript)', () => {
  const nothing = (): void => undefined;
  const whole = { poll: nothing, onChange: nothing, read: nothing, closed: nothing };

  it('control answer: what cannot stand behind a descriptor is EIO when it is opened, not when it is used', () => {
    for (const operations of [
      undefined,
      null,
      7,
      {},
      ...Object.keys(whole).map((name) => ({ ...whole, [name]: undefined })),
      { ...whole, ioctl: 7 },
    ]) {
      expect(outcome(() => requireOperations(operations, 'NET'))).to.equal('EIO object.answer');
    }
    expect(requireOperations(whole, 'NET')).to.equal(whole);
    const more = { ...whole, ioctl: nothing };
    expect(requireOperations(more, 'NET')).to.equal(more);
  });
});
