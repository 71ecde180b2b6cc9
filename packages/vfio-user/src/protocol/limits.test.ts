import { expect } from 'chai';
import { describe, it } from 'mocha';
import { DEFAULT_LIMITS, maxMessageSize, offerOf, serverLimits } from './index.js';

describe('limits of a server', () => {
  it('are those of the specification when nothing is said (docs/interop/vfio-user.rst, Capabilities)', () => {
    const limits = serverLimits();
    expect(limits).to.deep.equal(DEFAULT_LIMITS);
    expect([limits.maxDataXferSize, limits.maxDmaMaps]).to.deep.equal([1048576, 65535]);
  });

  it('give QEMU its answer within 5 seconds (hw/vfio-user/proxy.c, wait_time)', () => {
    const { warnMs, answerMs, deadlineMs } = serverLimits();
    expect([warnMs, answerMs, deadlineMs]).to.deep.equal([4000, 4500, 5000]);
    const slow = serverLimits({ deadlineMs: 20_000 });
    expect([slow.warnMs, slow.answerMs]).to.deep.equal([16_000, 18_000]);
    expect(serverLimits({ deadlineMs: 20_000, warnMs: 5 }).warnMs).to.equal(5);
  });

  it('have ranges, and say which was left (own rule)', () => {
    const wrong = [
      { maxDataXferSize: 0 },
      { maxDataXferSize: 64 * 2 ** 20 + 1 },
      { maxMsgFds: 17 },
      { maxMsgFds: 0 },
      { maxDmaMaps: 65536 },
      { migrationPgsize: 4097 },
      { migrationPgsize: 512 },
      { queuedCommands: 0 },
      { queuedBytes: 1.5 },
      { deadlineMs: NaN },
      { pgsizes: 0n },
      { pgsizes: 0x1800n },
      { pgsizes: 0x2000n },
      { pgsizes: (1n << 64n) | 0x1000n },
    ];
    for (const given of wrong) {
      expect(() => serverLimits(given)).to.throw(RangeError, Object.keys(given)[0]);
    }
  });

  it('largest message: make the largest message: header, 16 bytes and data (libvfio-user lib/common.h, SERVER_MAX_MSG_SIZE)', () => {
    expect(maxMessageSize(DEFAULT_LIMITS.maxDataXferSize)).to.equal(0x10_0000 + 32);
  });

  it('are what is offered (own rule)', () => {
    expect(offerOf(serverLimits({ maxMsgFds: 4, twinSocket: false }))).to.deep.equal({
      maxMsgFds: 4,
      maxDataXferSize: 1048576,
      maxDmaMaps: 65535,
      pgsizes: 0xffff_ffff_ffff_f000n,
      migration: { pgsize: 4096, maxBitmapSize: 1048576 },
      writeMultiple: false,
      twinSocket: false,
      control: true,
    });
  });
});
