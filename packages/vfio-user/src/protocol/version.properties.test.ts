import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  type Capabilities,
  MAX_REPLY_JSON,
  type ReceivedVersion,
  type StatedCapabilities,
  acceptReply,
  buildVersion,
  negotiate,
  parseVersion,
} from './index.js';
import { payload } from './version.test-support.js';

const RUNS = { seed: 20261121, numRuns: 500 };

const maxMsgFds = fc.nat({ max: 1024 });
const maxDataXferSize = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const maxDmaMaps = fc.nat({ max: 0xffff_ffff });
const pgsizes = fc.bigInt({ min: 1n, max: 2n ** 52n - 1n }).map((mask) => mask << 12n);
const pgsize = fc.nat({ max: 31 }).map((bit) => 2 ** bit);
const maxBitmapSize = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const fdIndex = fc.nat({ max: 1024 });

const stated: fc.Arbitrary<StatedCapabilities> = fc.record(
  {
    maxMsgFds,
    maxDataXferSize,
    maxDmaMaps,
    pgsizes,
    migration: fc.record({ pgsize, maxBitmapSize }, { requiredKeys: [] }),
    writeMultiple: fc.boolean(),
    twinSocket: fc.record({ supported: fc.boolean(), fdIndex }, { requiredKeys: [] }),
    control: fc.record({ version: fc.nat({ max: 3 }) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

const offer: fc.Arbitrary<Capabilities> = fc.record({
  maxMsgFds,
  maxDataXferSize,
  maxDmaMaps,
  pgsizes: pgsizes.map((mask) => mask | 0x1000n),
  migration: fc.record({ pgsize, maxBitmapSize }),
  writeMultiple: fc.boolean(),
  twinSocket: fc.boolean(),
  control: fc.boolean(),
});

const minor = fc.nat({ max: 0xffff });

/** Text that is nearly a VERSION's: known names, wrong values. */
const nearly = fc
  .dictionary(
    fc.constantFrom('max_msg_fds', 'pgsizes', 'migration', 'twin_socket', 'write_multiple', 'x'),
    fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('pgsize', 'supported'), fc.jsonValue())),
  )
  .map((capabilities) => `${JSON.stringify({ capabilities })}\0`)
  .map((text) => new TextEncoder().encode(text));

describe('every VERSION (own rule)', () => {
  it('is the same after it was built and read', () => {
    fc.assert(
      fc.property(minor, stated, (minor, stated) => {
        const built = buildVersion({ major: 0, minor, stated });
        expect(parseVersion(built)).to.deep.equal({ major: 0, minor, stated, unknown: [] });
      }),
      RUNS,
    );
  });

  it('is read or refused with an MdevError, whatever its bytes', () => {
    const data = fc.oneof(fc.uint8Array({ maxLength: 40 }), nearly);
    fc.assert(
      fc.property(data, fc.boolean(), (data, whole) => {
        try {
          parseVersion(whole ? data : payload(data));
        } catch (error) {
          expect(MdevError.is(error), String(error)).to.equal(true);
        }
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });
});

/** A proposal that has a page size in common with every offer. */
function proposed(stated: StatedCapabilities, minor: number): ReceivedVersion {
  const pgsizes = (stated.pgsizes ?? 0n) | 0x1000n;
  return { major: 0, minor, stated: { ...stated, pgsizes }, unknown: [] };
}

describe('every answer of a server', () => {
  const answered = fc.record({ stated, offer, minor });

  it('version reply room: is short enough for QEMU, and read by a client (hw/vfio-user/proxy.c)', () => {
    fc.assert(
      fc.property(answered, ({ stated, offer, minor }) => {
        const proposal = proposed(stated, minor);
        const { reply, twinSocket, writeMultiple, control } = negotiate(proposal, offer);
        const built = buildVersion(reply);
        // QEMU does not ask for the control plane.
        expect(control || built.length <= 4 + MAX_REPLY_JSON + 1).to.equal(true);
        const accepted = acceptReply(proposal, parseVersion(built), twinSocket ? 1 : 0);
        expect(accepted.spurious).to.deep.equal([]);
        expect(accepted.twinSocketIndex).to.equal(twinSocket ? 0 : undefined);
        expect(accepted.writeMultiple).to.equal(writeMultiple);
        expect(accepted.control).to.equal(control);
      }),
      RUNS,
    );
  });

  it('version reply subset: promises no more than the server has (docs/interop/vfio-user.rst, VFIO_USER_VERSION)', () => {
    fc.assert(
      fc.property(answered, ({ stated, offer, minor }) => {
        const proposal = proposed(stated, minor);
        const { reply } = negotiate(proposal, offer);
        expect(reply.minor).to.equal(0);
        expect(reply.stated.maxMsgFds ?? 0).to.be.at.most(Math.min(16, offer.maxMsgFds));
        // Left out because it is the default, which the server has then.
        const transfer = reply.stated.maxDataXferSize ?? 0;
        expect(transfer).to.be.at.most(Math.min(offer.maxDataXferSize, 64 * 2 ** 20));
        expect(reply.stated.maxDmaMaps ?? 0).to.be.at.most(Math.min(offer.maxDmaMaps, 65535));
      }),
      RUNS,
    );
  });
});
