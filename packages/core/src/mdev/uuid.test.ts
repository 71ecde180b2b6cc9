import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../driver/host.test-support.js';
import { parseUuid } from './uuid.js';

describe('parseUuid (drivers/vfio/mdev/mdev_sysfs.c, create_store)', () => {
  const uuid = '83b8f4f2-509f-382f-3c1e-e6bfe0fa1001';

  it('takes 36 characters, a newline after them, and either case', () => {
    expect(parseUuid(uuid)).to.equal(uuid);
    expect(parseUuid(`${uuid}\n`)).to.equal(uuid);
    expect(parseUuid(uuid.toUpperCase())).to.equal(uuid);
  });

  for (const text of [
    '',
    uuid.slice(1),
    `${uuid}0`,
    `${uuid}\n\n`,
    uuid.replace('8', 'g'),
    uuid.replace('-', '0'),
  ]) {
    it(`refuses ${JSON.stringify(text)} with EINVAL`, async () => {
      expect(await outcome(() => parseUuid(text))).to.equal('EINVAL mdev.uuid');
    });
  }
});
