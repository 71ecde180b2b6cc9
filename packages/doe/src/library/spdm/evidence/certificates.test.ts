import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { goodDevice } from '../device.test-support.js';
import { SpdmRequester, type SpdmLimits } from '../index.js';
import type { Twist } from '../scripted-device.test-support.js';

async function chainOf(
  twist: Twist | undefined,
  limits: Partial<SpdmLimits> = {},
  portion = 300,
): Promise<{ outcome: Uint8Array | string; asked: number; slot: Buffer }> {
  const device = await goodDevice({ portion });
  if (twist) {
    device.twist(0x82, twist);
  }
  const requester = await SpdmRequester.connect(device, { limits });
  const outcome = await settled(requester.certificateChain(0));
  const asked = device.asked.filter((code) => code === 0x82).length;
  return { outcome, asked, slot: device.script.slots.get(0)! };
}

const row = 'spdm requester portions';

describe('spdm certificate chains (DSP0274 1.3, GET_CERTIFICATE)', () => {
  it(`${row}: a chain comes in as many as it takes, of whatever size the device gives (DSP0274 1.3, CERTIFICATE)`, async () => {
    for (const [portion, portionBytes] of [
      [300, 4096],
      [5000, 100],
      [1, 4096],
      [5000, 65535],
    ] as const) {
      const { outcome, asked, slot } = await chainOf(
        undefined,
        { portionBytes, portions: 2000 },
        portion,
      );
      expect(Buffer.from(outcome as Uint8Array).equals(slot)).to.equal(true);
      expect(asked).to.equal(Math.ceil(slot.length / Math.min(portion, portionBytes)));
    }
  });

  it(`${row}: the last request asks for no more than there is (DSP0274 1.3, GET_CERTIFICATE, Length)`, async () => {
    const device = await goodDevice();
    const requester = await SpdmRequester.connect(device);
    const { length } = await requester.certificateChain(0);
    const last = device.requests.at(-1)!;
    expect(last.readUInt16LE(4) + last.readUInt16LE(6)).to.equal(length);
  });

  it(`${row}: one that is longer than was asked for, empty, or does not fit the others is refused (DSP0274 1.3, CERTIFICATE)`, async () => {
    const refused = 'EPROTO doe.spdm-chain-portion';
    const patch =
      (at: number, value: number, from = 0): Twist =>
      (answer, request) => {
        if (request.readUInt16LE(4) >= from) {
          answer.writeUInt16LE(value, at);
        }
        return answer;
      };
    const longer: Twist = (answer) => {
      answer.writeUInt16LE(answer.readUInt16LE(4) + 4, 4);
      return Buffer.concat([answer, Buffer.alloc(4)]);
    };
    const empty: Twist = (answer) => {
      answer.writeUInt16LE(0, 4);
      return answer.subarray(0, 8);
    };
    const limits = { portionBytes: 300 };
    expect((await chainOf(longer, limits)).outcome).to.equal(refused);
    expect(await chainOf(empty)).to.include({ outcome: refused, asked: 1 });
    expect(await chainOf(patch(6, 0xffff))).to.include({ outcome: refused, asked: 1 });
    expect((await chainOf(patch(6, 7, 300))).outcome).to.equal(refused);
    expect((await chainOf(patch(4, 0xffff))).outcome).to.equal('EBADMSG doe.spdm-malformed');
  });

  it(`${row}: no more of them than is reasonable (own rule)`, async () => {
    const { outcome, asked } = await chainOf(undefined, { portions: 5 }, 1);
    expect([outcome, asked]).to.deep.equal(['EPROTO doe.spdm-chain-portion', 6]);
  });

  it('spdm requester slot: an answer about another slot is refused (DSP0274 1.3, CERTIFICATE)', async () => {
    const swap: Twist = (answer) => (answer.set([1], 2), answer);
    expect((await chainOf(swap)).outcome).to.equal('EPROTO doe.spdm-slot');
  });
});
