import type { Attestation } from '@mdevkit/doe';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { report, reportJson } from './report.js';

/** Colours, a bell, a line of its own, a rubout, and the one-character CSI of ISO 6429 (ECMA-48, section 5.3). */
const HOSTILE = 'CN=\u001b[2J\u0007good\nverdict: trusted\r\u007f\u009b31m\u202e\0';
const refused: Attestation = {
  verdict: 'refused',
  reason: 'doe.spdm-untrusted',
  detail: HOSTILE,
  version: '1.2',
  chain: [
    {
      subject: HOSTILE,
      issuer: HOSTILE,
      serial: '0A',
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2056-01-01T00:00:00.000Z',
      fingerprint256: 'AA:BB',
    },
  ],
  measurements: [
    { index: 1, type: 'rom', value: 'ab'.repeat(48), ok: true },
    { index: 2, type: 'missing', value: '', expected: 'aa', ok: false },
  ],
};

describe('the report of an attestation', () => {
  it('control characters in the subject of a certificate do not reach the terminal (own rule)', () => {
    const lines = report(refused);
    for (const line of lines) {
      expect(line).to.match(/^[\x20-\x7e…]*$/);
    }
    expect(lines.filter((line) => line.startsWith('verdict:'))).to.deep.equal([
      'verdict: refused, doe.spdm-untrusted',
    ]);
  });

  it('nor by --json, and what is parsed is what the device said (bug; RFC 8259, section 7: JSON may hold U+009B as it is)', () => {
    const text = reportJson(refused);
    expect(text).to.match(/^[\x20-\x7e]*$/);
    expect(JSON.parse(text)).to.deep.equal(refused);
  });

  it('long values are shortened, and what is missing is told from what is right', () => {
    expect(report(refused).slice(-4, -2)).to.deep.equal([
      `measurement 1: (rom) ${'ab'.repeat(16)}…, as expected`,
      'measurement 2: missing, NOT aa',
    ]);
  });

  it('a session is told of only if there was one', () => {
    const session = { id: 0x1234_5678, heartbeatSeconds: 0 };
    const trusted: Attestation = { ...refused, verdict: 'trusted', session };
    expect(report(trusted).slice(-2)).to.deep.equal([
      'session 0x12345678: the same inside of it',
      'verdict: trusted',
    ]);
  });
});
