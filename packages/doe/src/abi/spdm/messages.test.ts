import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MdevError } from '@mdevkit/core';
import { spdmVersions, type NegotiatedContext, type SpdmVersion } from './index.js';
import { contexts, type MessageKind, type Sample } from './message-kind.test-support.js';
import { messageKinds } from './message-kinds.test-support.js';

const RUNS = { seed: 20261121, numRuns: 25 };
const FEW = { seed: 20261121, numRuns: 4 };

/** Messages that are always of version 1.0, or of any. */
const UNVERSIONED = new Set(['GET_VERSION', 'VERSION', 'ERROR']);
/** Messages that say the version instead of following it. */
const LEADING = new Set(['GET_CAPABILITIES', 'CAPABILITIES']);

describe('every SPDM message', () => {
  for (const kind of messageKinds) {
    for (const version of spdmVersions.filter((each) => each >= kind.since)) {
      describeMessage(kind, version);
    }
  }
});

function describeMessage(kind: MessageKind, version: SpdmVersion): void {
  const name = `${kind.name} of version 1.${version & 0xf}`;
  const samples = contexts(version).chain((context) =>
    kind.samples(context).map((sample) => ({ context, sample })),
  );

  it(`spdm abi round trip: ${name} is read as it was written (DSP0274 1.3, ${kind.name})`, () => {
    forEach(samples, RUNS, ({ bytes, message, decode }) => {
      expect(decode(bytes)).to.deep.equal({ message, length: bytes.length });
    });
  });

  it(`spdm abi padding: ${name} ends with at most three zeros (PCI Express Base Specification 6.0, section 6.30.1)`, () => {
    forEach(samples, FEW, ({ bytes, message, decode }) => {
      for (const zeros of [1, 2, 3]) {
        const padded = Uint8Array.of(...bytes, ...new Uint8Array(zeros));
        expect(decode(padded)).to.deep.equal({ message, length: bytes.length });
      }
      refused(() => decode(Uint8Array.of(...bytes, 0, 0, 0, 0)));
      refused(() => decode(Uint8Array.of(...bytes, 1)));
      refused(() => decode(Uint8Array.of(...bytes, 0, 0, 0x80)));
    });
  });

  it(`spdm abi truncation: ${name} is refused if any byte of its end is not there (DSP0274 1.3, ${kind.name})`, () => {
    forEach(samples, FEW, ({ bytes, decode }) => {
      for (let length = 0; length < bytes.length; length += 1) {
        refused(() => decode(bytes.subarray(0, length)));
      }
    });
  });

  it(`spdm abi header: ${name} is refused with the code of another message (DSP0274 1.3, SPDM messages)`, () => {
    forEach(samples, FEW, ({ bytes, decode }) => {
      const other = bytes.slice();
      other[1] = (other[1]! + 1) & 0xff;
      refused(() => decode(other));
    });
  });

  if (kind.name === 'ERROR') return;
  it(`spdm abi header: ${name} is refused in a version that nobody speaks, or another than agreed on (DSP0274 1.3, SPDM messages)`, () => {
    forEach(samples, FEW, ({ bytes, decode }) => {
      const others = UNVERSIONED.has(kind.name)
        ? [0x11, 0x12]
        : LEADING.has(kind.name)
          ? []
          : [version ^ 1];
      for (const byte of [...others, 0x00, 0x0f, 0x14, 0xff]) {
        const other = bytes.slice();
        other[0] = byte;
        refused(() => decode(other));
      }
    });
  });
}

function forEach(
  samples: fc.Arbitrary<{ readonly context: NegotiatedContext; readonly sample: Sample }>,
  runs: { readonly seed: number; readonly numRuns: number },
  check: (sample: Sample) => void,
): void {
  fc.assert(
    fc.property(samples, ({ sample }) => {
      check(sample);
    }),
    runs,
  );
}

function refused(run: () => unknown): void {
  expect(run).to.throw(MdevError).that.includes({ code: 'EBADMSG', reason: 'doe.spdm-malformed' });
}
