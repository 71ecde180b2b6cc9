import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { NOW } from './certificates.test-support.js';
import { commonChain, goodDevice } from './device.test-support.js';
import { attest } from './index.js';

const codes = [0x84, 0xe1, 0xe3, 0x81, 0x82, 0x83, 0xe0, 0xe4, 0xe5, 0xe8, 0xec];
/** Answers in a session, whose reserved bytes a device may fill as it likes. */
const SEALED = [0xe5, 0xe8, 0xec];
const QUICK = { busyRetries: 0, readyRetries: 0, portions: 8 };

/** As a data object carries it. */
function padded(message: Buffer): Buffer {
  return Buffer.concat([message, Buffer.alloc((4 - (message.length % 4)) % 4)]);
}

describe('spdm garbage (own rule)', () => {
  it('spdm requester garbage: whatever a device answers, it is refused with a reason, and nothing else is thrown (own rule)', async () => {
    const { root } = await commonChain();
    const policy = { roots: [root.der], now: NOW, measurements: {}, allowUnlisted: true };
    const reasons = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...codes),
        fc.constantFrom('part', 'all', 'length'),
        fc.uint8Array({ maxLength: 96 }),
        fc.nat(0xffff),
        async (code, how, bytes, at) => {
          const change = (answer: Buffer): Uint8Array => {
            if (how === 'all') {
              return bytes;
            }
            const start = at % answer.length;
            return how === 'length'
              ? answer.subarray(0, start)
              : Buffer.concat([
                  answer.subarray(0, start),
                  bytes.subarray(0, answer.length - start),
                  answer.subarray(start + bytes.length),
                ]);
          };
          const device = await goodDevice({ portion: 4096 });
          const twisted: boolean[] = [];
          device.twist(code, (answer) => {
            const after = Buffer.from(change(answer));
            twisted.push(!padded(after).equals(padded(answer)));
            return after;
          });
          const { verdict, reason = '' } = await attest(device, {
            ...policy,
            session: true,
            limits: QUICK,
          });
          reasons.add(reason);
          if (!SEALED.includes(code)) {
            expect(verdict).to.equal(twisted.includes(true) ? 'refused' : 'trusted');
          }
        },
      ),
      { seed: 20261121, numRuns: 250 },
    );
    expect(reasons.size).to.be.greaterThan(9);
  });
});
