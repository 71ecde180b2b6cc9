import { MdevError } from '@mdevkit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  complianceModeNames,
  complianceModes,
  decodeCapabilities,
  decodeModeArguments,
  decodeOutcome,
  decodeStatus,
  encodeComplianceRequest,
  encodeModeRequest,
  type ComplianceMode,
} from '../../abi/compliance/index.js';
import {
  ComplianceFeature,
  MediaComplianceTarget,
  PoisonList,
  type ComplianceModes,
  type ComplianceTarget,
} from './index.js';

/** What is run, in order; every mode does nothing else. */
class RecordingTarget implements ComplianceTarget {
  readonly log: string[] = [];
  modes: ComplianceModes = Object.fromEntries(
    complianceModeNames.map((mode) => [
      mode,
      (values: object) => {
        this.log.push(`${mode} ${Object.keys(values).join(' ')}`);
      },
    ]),
  );
  readonly cache = { size: 0x1234, units: 2 };
  readonly forbidden = new Set<ComplianceMode>();

  enabled(mode: ComplianceMode): boolean {
    return !this.forbidden.has(mode);
  }

  haltAll(): void {
    this.log.push('halt');
  }
}

async function ask(feature: ComplianceFeature, request: Uint8Array): Promise<string | undefined> {
  const answer = await feature.handle(request);
  return answer && Buffer.from(answer).toString('hex');
}

async function statusOf(feature: ComplianceFeature, request: Uint8Array): Promise<unknown> {
  return decodeOutcome((await feature.handle(request)) ?? new Uint8Array(0));
}

describe('CXL compliance mode', () => {
  it('doe §3 compliance capability: bit n of the masks is code n; 28 bytes with the header of the object (CXL 3.1, section 14.16.4.1)', async () => {
    const target = new RecordingTarget();
    const feature = new ComplianceFeature(target);
    expect([feature.vendor, feature.type]).to.deep.equal([0x1e98, 0]);
    target.forbidden.add('crc');
    expect(await ask(feature, Uint8Array.of(0, 1, 0, 0))).to.equal(
      '00011c00' + 'ffff010000000000' + '7fff010000000000',
    );
    const poison = new PoisonList({ capacity: 4096 });
    const media = new ComplianceFeature(new MediaComplianceTarget(poison));
    const answer = await media.handle(encodeComplianceRequest(0));
    expect(decodeCapabilities(answer ?? new Uint8Array(0))).to.deep.equal({
      available: 0x1_0007n,
      enabled: 0x1_0007n,
    });
  });

  it('doe §3 compliance status: the modes that are set, without a status of its own (CXL 2.0, table 280)', async () => {
    const feature = new ComplianceFeature(new RecordingTarget());
    expect(await ask(feature, encodeComplianceRequest(1))).to.equal(
      '010114' + '00000000' + '341202',
    );
    await feature.handle(encodeModeRequest('viral', { protocol: 1 }));
    await feature.handle(encodeModeRequest('crc', {}));
    expect(await ask(feature, encodeComplianceRequest(1))).to.equal(
      '010114' + '80100000' + '341202',
    );
    expect(feature.active).to.deep.equal(['crc', 'viral']);
    const bytes = (await feature.handle(encodeComplianceRequest(1))) ?? new Uint8Array(0);
    expect(decodeStatus(bytes)).to.deep.equal({
      active: 0x1080,
      cacheSize: 0x1234,
      cacheSizeUnits: 2,
    });
  });

  it('doe §3 compliance halt: leaves all modes (CXL 3.1, section 14.16.4.3)', async () => {
    const target = new RecordingTarget();
    const feature = new ComplianceFeature(target);
    await feature.handle(encodeModeRequest('crc', {}));
    expect(await ask(feature, encodeComplianceRequest(2))).to.equal('02010c00');
    expect(feature.active).to.deep.equal([]);
    expect(target.log.at(-1)).to.equal('halt');
  });

  it('doe §3 compliance modes: every code reaches its mode with its own arguments (CXL 3.1, sections 14.16.4.4 to 14.16.4.17)', async () => {
    const target = new RecordingTarget();
    const feature = new ComplianceFeature(target);
    const codes = [];
    for (const mode of complianceModeNames) {
      const answer = await ask(feature, encodeModeRequest(mode, {}));
      const { code, struct } = complianceModes[mode];
      const bare = [13, 14, 15].includes(code);
      const head = code.toString(16).padStart(2, '0');
      expect(answer, mode).to.equal(bare ? `${head}01000000000000` : `${head}010c00`);
      expect(target.log.at(-1)).to.equal(`${mode} ${Object.keys(struct.fields).join(' ')}`);
      codes.push(code);
    }
    expect(codes).to.deep.equal(Array.from({ length: 14 }, (_, index) => index + 3));
  });

  it('doe §3 compliance arguments: lie where the specification has them (CXL 3.1, sections 14.16.4.4 to 14.16.4.17)', () => {
    const request = encodeModeRequest('media-poison', {
      protocol: 2,
      action: 1,
      dpa: 0x1122_3340n,
      data: 0xffn,
    });
    expect(Buffer.from(request).toString('hex')).to.equal(
      '10010000' + '02000100' + '4033221100000000' + 'ff00000000000000',
    );
    const bogus = encodeModeRequest('bogus-writes', { count: 3, pattern: 0x0102_0304 });
    expect(Buffer.from(bogus).toString('hex')).to.equal('05010000' + '0300' + '04030201');
    const streaming = encodeModeRequest('write-streaming', {
      loops: 7,
      start_address: 1n,
      byte_mask: 2n,
      increment_pattern: 3,
    });
    expect(streaming).to.have.length(60);
    expect([streaming[10], streaming[12], streaming[36], streaming[56]]).to.deep.equal([
      7, 1, 2, 3,
    ]);
    const consumer = encodeModeRequest('producer-consumer', { write_semantics: 1, pattern: 9 });
    expect(consumer).to.have.length(40);
    expect([consumer[8], consumer[36]]).to.deep.equal([1, 9]);
    expect(decodeModeArguments('mac-delay', Uint8Array.of(1, 2, 3, 0))).to.deep.equal({
      enable: 1,
      mode: 2,
      delay: 3,
    });
  });

  it('doe §3 compliance unsupported: a code without a mode is status 3 (CXL 3.1, section 14.16.4)', async () => {
    const feature = new ComplianceFeature({ modes: {}, haltAll: () => undefined });
    for (const code of [3, 12, 13, 15, 16, 17, 0xff]) {
      expect(await statusOf(feature, encodeComplianceRequest(code)), String(code)).to.equal(3);
    }
    expect(feature.active).to.deep.equal([]);
  });

  it('doe §3 compliance refusals: what the target throws is the status (CXL 3.1, section 14.16.4)', async () => {
    const rows: readonly [Error, number][] = [
      [new MdevError('EPERM', 'x', 'x'), 1],
      [new MdevError('EACCES', 'x', 'x'), 1],
      [new MdevError('EINVAL', 'x', 'x'), 2],
      [new MdevError('EOPNOTSUPP', 'x', 'x'), 3],
      [new MdevError('ENOSPC', 'x', 'x'), 4],
      [new Error('x'), 4],
      [new MdevError('EBUSY', 'x', 'x'), 5],
    ];
    const target = new RecordingTarget();
    const feature = new ComplianceFeature(target);
    for (const [error, status] of rows) {
      target.modes = {
        crc: () => {
          throw error;
        },
        viral: async () => {
          await Promise.resolve();
          throw error;
        },
      };
      expect(await statusOf(feature, encodeModeRequest('crc', {}))).to.equal(status);
      expect(await statusOf(feature, encodeModeRequest('viral', {}))).to.equal(status);
    }
    expect(feature.active).to.deep.equal([]);
  });

  it('doe §3 compliance refusals: a mode that is not enabled is not authorized, and is not run (own rule)', async () => {
    const target = new RecordingTarget();
    target.forbidden.add('viral');
    const feature = new ComplianceFeature(target);
    expect(await statusOf(feature, encodeModeRequest('viral', {}))).to.equal(1);
    expect(target.log).to.deep.equal([]);
  });

  it('doe §3 compliance bad request: without a code there is no response; without its arguments it fails (own rule)', async () => {
    const target = new RecordingTarget();
    const feature = new ComplianceFeature(target);
    expect(feature.handle(new Uint8Array(0))).to.equal(undefined);
    for (const mode of complianceModeNames) {
      const short = encodeModeRequest(mode, {}).subarray(0, -1);
      expect(await statusOf(feature, short), mode).to.equal(2);
    }
    expect(target.log).to.deep.equal([]);
  });

  it('doe §3 compliance asynchronous mode: is set when it has settled (own rule)', async () => {
    let finish = (): void => undefined;
    const feature = new ComplianceFeature({
      modes: {
        crc: () =>
          new Promise<void>((resolve) => {
            finish = resolve;
          }),
      },
      haltAll: () => undefined,
    });
    const answer = feature.handle(encodeModeRequest('crc', {}));
    expect(answer).to.be.instanceOf(Promise);
    expect(feature.active).to.deep.equal([]);
    finish();
    expect(decodeOutcome((await answer) ?? new Uint8Array(0))).to.equal(0);
    expect(feature.active).to.deep.equal(['crc']);
  });

  it('doe §3 compliance media poison: injects and clears lines of a list, within the memory (CXL 3.1, section 14.16.4.17)', async () => {
    const poison = new PoisonList({ capacity: 4096, limit: 2 });
    const feature = new ComplianceFeature(new MediaComplianceTarget(poison));
    const media = (action: number, dpa: bigint): Promise<unknown> =>
      statusOf(feature, encodeModeRequest('media-poison', { action, dpa }));
    expect(await media(0, 64n)).to.equal(0);
    expect(await media(0, 64n)).to.equal(0);
    expect(await media(0, 4032n)).to.equal(0);
    expect(poison.lines(0, 4096)).to.deep.equal([
      { dpa: 64, source: 3 },
      { dpa: 4032, source: 3 },
    ]);
    expect(await media(0, 128n)).to.equal(4);
    expect(await media(0, 65n)).to.equal(2);
    expect(await media(0, 4096n)).to.equal(2);
    expect(await media(0, (1n << 64n) - 64n)).to.equal(2);
    expect(await media(2, 64n)).to.equal(2);
    expect(await media(1, 64n)).to.equal(0);
    expect(await media(1, 192n)).to.equal(0);
    expect(poison.lines(0, 4096)).to.deep.equal([{ dpa: 4032, source: 3 }]);
    feature.reset();
    expect(poison.size).to.equal(1);
  });

  it('doe §3 compliance bad request: any bytes are answered or have no response (own rule)', async () => {
    const poison = new PoisonList({ capacity: 4096 });
    const feature = new ComplianceFeature(new MediaComplianceTarget(poison));
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 70 }),
        fc.integer({ min: 0, max: 18 }),
        async (bytes, code) => {
          bytes.fill(code, 0, 1);
          const answer = await feature.handle(bytes);
          if (bytes.length < 4) {
            expect(answer).to.equal(undefined);
          } else {
            expect(answer?.[0]).to.equal(code);
            expect(answer?.[1]).to.equal(1);
          }
        },
      ),
      { seed: 20261121, numRuns: 5000 },
    );
    expect(poison.size).to.be.at.most(64);
  });

  it('doe §3 compliance poison list: has a capacity and a limit (own rule)', () => {
    expect(() => new PoisonList({ capacity: -1 })).to.throw(RangeError, /capacity/);
    expect(() => new PoisonList({ capacity: 64, limit: 0 })).to.throw(RangeError, /1 to 1024/);
    expect(() => new PoisonList({ capacity: 64, limit: 1025 })).to.throw(RangeError);
    expect(() => {
      new PoisonList({ capacity: 64 }).inject(-64);
    }).to.throw(MdevError, /doe.poison-address/);
  });
});
