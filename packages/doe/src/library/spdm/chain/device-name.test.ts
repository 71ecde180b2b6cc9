import 'reflect-metadata';
import { Extension } from '@peculiar/x509';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { issueChain, wholeSlot } from '../certificates.test-support.js';
import { deviceOf, verdictOf } from '../device.test-support.js';
import { cmaText, decodeCmaAltNames, encodeCmaAltName } from '../../../abi/cma/index.js';

const FUNCTION = {
  vendor: 0x1af4,
  device: 0x10f0,
  classCode: 0xff0000,
  revision: 1,
  subsystemVendor: 0x1af4,
  subsystem: 0x1100,
};
const NAME = 'Vendor=1af4:Device=10f0:CC=ff0000:REV=01:SSVID=1af4:SSID=1100';

const row = 'spdm requester device name';

/** A Subject Alternative Name with other names, by hand. */
function alternativeName(...names: { oid?: number[]; tag?: number; text: string }[]): Buffer {
  const tlv = (tag: number, content: Buffer) =>
    Buffer.concat([Buffer.of(tag, 0x81, content.length), content]);
  return tlv(
    0x30,
    Buffer.concat(
      names.map(({ oid = [0x67, 0x81, 0x13], tag = 0x0c, text }) =>
        tlv(
          0xa0,
          Buffer.concat([tlv(6, Buffer.from(oid)), tlv(0xa0, tlv(tag, Buffer.from(text)))]),
        ),
      ),
    ),
  );
}

async function verdict(san: Buffer | undefined, serial?: bigint): Promise<string> {
  const extensions = san ? [new Extension('2.5.29.17', false, san)] : [];
  const chain = await issueChain({ extensions });
  const device = deviceOf({ slot: wholeSlot(chain), key: chain.leaf.key });
  return verdictOf(device, {
    roots: [chain.root.der],
    device: serial === undefined ? FUNCTION : { ...FUNCTION, serial },
  });
}

describe('spdm device name (PCI Express Base Specification 6.1, section 6.31.3)', () => {
  it(`${row}: is made of config space, with the serial number if the function has one (drivers/pci/cma.c, pci_cma_construct_san)`, () => {
    expect(cmaText(FUNCTION)).to.equal(NAME);
    expect(cmaText({ ...FUNCTION, serial: 0xabcdn })).to.equal(`${NAME}:000000000000abcd`);
    expect(decodeCmaAltNames(encodeCmaAltName(FUNCTION))).to.deep.equal([NAME]);
  });

  it(`${row}: a leaf has to have it, and no other one of the kind (drivers/pci/cma.c, pci_cma_note_san)`, async () => {
    const wrong = NAME.replace('10f0', '10f1');
    const refused = 'doe.spdm-device-name';
    expect(await verdict(alternativeName({ text: NAME }))).to.equal('trusted');
    expect(
      await verdict(alternativeName({ oid: [0x67, 0x81, 0x12], text: 'x' }, { text: NAME })),
    ).to.equal('trusted');
    expect(await verdict(undefined)).to.equal(refused);
    expect(await verdict(alternativeName({ text: wrong }))).to.equal(refused);
    expect(await verdict(alternativeName({ text: NAME }, { text: wrong }))).to.equal(refused);
    expect(await verdict(alternativeName({ tag: 0x16, text: NAME }))).to.equal(refused);
    expect(await verdict(alternativeName({ oid: [0x67, 0x81, 0x12], text: NAME }))).to.equal(
      refused,
    );
    expect(await verdict(alternativeName({ text: NAME }), 1n)).to.equal(refused);
    expect(await verdict(alternativeName({ text: `${NAME}:0000000000000001` }), 1n)).to.equal(
      'trusted',
    );
  });

  it(`${row}: is found or not in any bytes, without an error (own rule)`, () => {
    const whole = alternativeName({ text: NAME });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length), fc.nat(255)), { maxLength: 6 }),
        (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, byte] of changes) {
            bytes[at] = byte;
          }
          expect(decodeCmaAltNames(bytes).length).to.be.at.most(1);
        },
      ),
      { seed: 20261121, numRuns: 2000 },
    );
  });
});
