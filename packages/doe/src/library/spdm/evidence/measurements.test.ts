import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { commonChain, deviceOf, goodDevice, sha256 } from '../device.test-support.js';
import { NOW, wholeSlot } from '../certificates.test-support.js';
import { SpdmRequester, type DeviceIdentity, type MeasurementWishes } from '../index.js';
import type { DeviceScript, ScriptedDevice, Twist } from '../scripted-device.test-support.js';

async function bench(script: Partial<DeviceScript> = {}): Promise<{
  device: ScriptedDevice;
  requester: SpdmRequester;
  identity: DeviceIdentity;
}> {
  const device = await goodDevice(script);
  const { root } = await commonChain();
  const requester = await SpdmRequester.connect(device);
  const identity = await requester.identify(0, { roots: [root.der], now: NOW });
  return { device, requester, identity };
}

async function measured(
  twist: Twist,
  wishes: MeasurementWishes = {},
  signed = false,
): Promise<unknown> {
  const { device, requester, identity } = await bench();
  device.twist(0xe0, twist);
  return settled(requester.measurements({ ...wishes, ...(signed && { signer: identity }) }));
}

const row = 'spdm requester measurements';

describe('spdm measurements (DSP0274 1.3, GET_MEASUREMENTS)', () => {
  it(`${row}: how many there are, all of them, and one (DSP0274 1.3, GET_MEASUREMENTS, Param2)`, async () => {
    for (const versions of [[0x10], [0x11], [0x12], [0x13]]) {
      const { requester } = await bench({ versions });
      const count = await requester.measurements({ which: 'count' });
      expect([count.count, count.blocks.length, count.isSigned]).to.deep.equal([3, 0, false]);
      const all = await requester.measurements();
      expect(all.blocks.map(({ index }) => index)).to.deep.equal([1, 2, 3]);
      const one = await requester.measurements({ which: 2 });
      expect(Buffer.from(one.blocks[0]!.value)).to.deep.equal(sha256('firmware'));
      expect(await settled(requester.measurements({ which: 9 }))).to.equal(
        'EINVAL doe.spdm-error-invalid-request',
      );
    }
    const { requester } = await bench();
    for (const which of [0, 255, 1.5, -1]) {
      let name = '';
      await requester
        .measurements({ which })
        .catch((error: unknown) => (name = (error as Error).name));
      expect(name).to.equal('RangeError');
    }
  });

  it(`${row}: a signature covers also the unsigned ones since the last other request (DSP0274 1.3, MEASUREMENTS, L1)`, async () => {
    for (const versions of [[0x10], [0x11], [0x12], [0x13]]) {
      const { requester, identity } = await bench({ versions });
      await requester.measurements({ which: 'count' });
      await requester.digests();
      await requester.measurements({ which: 1 });
      await requester.measurements({ which: 2 });
      const { isSigned } = await requester.measurements({ which: 3, signer: identity });
      expect(isSigned).to.equal(true);
      expect((await requester.measurements({ signer: identity })).isSigned).to.equal(true);
    }
  });

  it(`${row}: one that was changed, also before the signed one, is told by the signature (DSP0274 1.3, MEASUREMENTS, Signature)`, async () => {
    const flip: Twist = (answer) => (answer.set([answer[20]! ^ 1], 20), answer);
    expect(await measured(flip, {}, true)).to.equal('EKEYREJECTED doe.spdm-signature');
    const { device, requester, identity } = await bench();
    device.twist(0xe0, flip);
    await requester.measurements();
    device.twist(0xe0, () => undefined);
    expect(await settled(requester.measurements({ signer: identity }))).to.equal(
      'EKEYREJECTED doe.spdm-signature',
    );
  });

  it(`${row}: an old answer is told from a wrong signature by the nonce that it repeats (DSP0274 1.3, MEASUREMENTS, Nonce)`, async () => {
    const { device, requester, identity } = await bench({ versions: [0x12] });
    let old: Buffer | undefined;
    device.twist(0xe0, (answer) => (old ??= answer));
    expect((await requester.measurements({ signer: identity })).isSigned).to.equal(true);
    expect(await settled(requester.measurements({ signer: identity }))).to.equal(
      'EKEYREJECTED doe.spdm-replayed',
    );
    const fresh = await SpdmRequester.connect(device);
    expect(await settled(fresh.measurements({ signer: identity }))).to.equal(
      'EKEYREJECTED doe.spdm-replayed',
    );
  });

  it(`${row}: the context of version 1.3 is repeated also without a signature (DSP0274 1.3, MEASUREMENTS, RequesterContext)`, async () => {
    const other: Twist = (answer) => (answer.set([answer.at(-1)! ^ 1], answer.length - 1), answer);
    expect(await measured(other)).to.equal('EKEYREJECTED doe.spdm-replayed');
  });

  it(`${row}: those that were asked for, each once (DSP0274 1.3, MEASUREMENTS, Number of blocks)`, async () => {
    const refused = 'EPROTO doe.spdm-measurement-index';
    const rename =
      (at: number, index: number): Twist =>
      (answer) => (answer.set([index], at), answer);
    expect(await measured(rename(8, 3), { which: 1 })).to.equal(refused);
    expect(await measured(rename(8, 3))).to.equal(refused);
    const { device, requester } = await bench();
    const all = device.respond.bind(device);
    device.respond = (request) => {
      const changed = Buffer.from(request);
      changed[3] = 0xff;
      return all(changed);
    };
    expect(await settled(requester.measurements({ which: 'count' }))).to.equal(refused);
    expect(await settled(requester.measurements({ which: 1 }))).to.equal(refused);
  });

  it(`${row}: lengths are believed no further than they reach (DSP0274 1.3, Measurement block)`, async () => {
    const patch =
      (at: number, ...bytes: number[]): Twist =>
      (answer) => (answer.set(bytes, at), answer);
    for (const twist of [
      patch(4, 4),
      patch(4, 2),
      patch(5, 0xff, 0xff, 0xff),
      patch(10, 0xff, 0xff),
      patch(13, 33),
      patch(9, 2),
    ]) {
      expect(await measured(twist)).to.equal('EBADMSG doe.spdm-malformed');
    }
  });

  it('spdm requester slot: a signature of another slot is none (DSP0274 1.3, MEASUREMENTS, SlotID)', async () => {
    const other: Twist = (answer) => (answer.set([1], 3), answer);
    expect(await measured(other, {}, true)).to.equal('EPROTO doe.spdm-slot');
  });

  it('spdm requester slot: in version 1.0 slot 0 alone signs measurements (DSP0274 1.0, GET_MEASUREMENTS)', async () => {
    const chain = await commonChain();
    const slots = new Map([0, 2].map((slot) => [slot, wholeSlot(chain)]));
    const device = deviceOf(
      { slot: wholeSlot(chain), key: chain.leaf.key },
      { slots, versions: [0x10] },
    );
    const requester = await SpdmRequester.connect(device);
    const signer = await requester.identify(2, { roots: [chain.root.der], now: NOW });
    await requester.challenge(signer);
    expect(await settled(requester.measurements({ signer }))).to.equal(
      'EPROTONOSUPPORT doe.spdm-capability',
    );
    expect(device.asked).not.to.include(0xe0);
  });

  it('spdm requester slot: a challenge is answered for its slot, whose chain is that of its digest (DSP0274 1.3, CHALLENGE_AUTH)', async () => {
    const [first, second] = [await commonChain(), await commonChain('P-384')];
    const slots = new Map([
      [0, wholeSlot(first)],
      [2, wholeSlot(second)],
    ]);
    const device = deviceOf({ slot: wholeSlot(first), key: first.leaf.key }, { slots });
    const requester = await SpdmRequester.connect(device);
    const identity = await requester.identify(0, { roots: [first.root.der], now: NOW });
    const cases: readonly (readonly [Twist, string])[] = [
      [(answer) => (answer.set([2], 2), answer), 'EPROTO doe.spdm-slot'],
      [(answer) => (answer.set([4], 3), answer), 'EPROTO doe.spdm-slot'],
      [(answer) => (answer.set([0x80], 2), answer), 'EPROTO doe.spdm-mutual'],
      [
        (answer) => (answer.set(device.digest(slots.get(2)!), 4), answer),
        'EKEYREJECTED doe.spdm-digest',
      ],
    ];
    for (const [twist, reason] of cases) {
      device.twist(0x83, twist);
      expect(await settled(requester.challenge(identity, 'none'))).to.equal(reason);
    }
    const swapped = deviceOf({ slot: wholeSlot(first), key: first.leaf.key });
    swapped.script.slots.set(1, wholeSlot(second));
    swapped.twist(0x82, (answer) => (answer.set([0], 2), answer));
    const ask = swapped.respond.bind(swapped);
    swapped.respond = (request) => {
      const changed = Buffer.from(request);
      if (changed[1] === 0x82) {
        changed[2] = 1;
      }
      return ask(changed);
    };
    const other = await SpdmRequester.connect(swapped);
    expect(await settled(other.identify(0, { roots: [first.root.der], now: NOW }))).to.equal(
      'EKEYREJECTED doe.spdm-digest',
    );
  });
});
