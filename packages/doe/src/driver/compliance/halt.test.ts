import { silentLogger, type Logger } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  decodeOutcome,
  decodeStatus,
  encodeComplianceRequest,
  encodeModeRequest,
} from '../../abi/compliance/index.js';
import { ComplianceFeature, type ComplianceTarget } from './index.js';

async function statusOf(feature: ComplianceFeature, request: Uint8Array): Promise<unknown> {
  return decodeOutcome((await feature.handle(request)) ?? new Uint8Array(0));
}

describe('CXL compliance mode: leaving it', () => {
  it('doe §3 compliance reset: leaves all modes (CXL 3.1, section 14.16.4.3; own rule)', async () => {
    const log: string[] = [];
    const feature = new ComplianceFeature({
      modes: { crc: () => undefined },
      haltAll: () => void log.push('halt'),
    });
    await feature.handle(encodeModeRequest('crc', {}));
    feature.reset();
    expect(feature.active).to.deep.equal([]);
    expect(log).to.deep.equal(['halt']);
  });

  for (const [how, haltAll] of [
    [
      'throws',
      (): never => {
        throw new Error('cannot');
      },
    ],
    ['rejects', (): Promise<void> => Promise.reject(new Error('cannot'))],
  ] as const) {
    it(`doe §3 compliance failing halt: that ${how} leaves the modes set, is logged by a reset, and can be tried again (bug; own rule)`, async () => {
      const reports: unknown[] = [];
      const logger: Logger = {
        ...silentLogger,
        error: (message, fields) => void reports.push([message, String(fields?.['error'])]),
      };
      const target: ComplianceTarget = {
        modes: { crc: () => undefined, viral: () => undefined },
        haltAll,
      };
      const feature = new ComplianceFeature(target, { logger });
      await feature.handle(encodeModeRequest('crc', {}));
      expect(await statusOf(feature, encodeComplianceRequest(2))).to.equal(4);
      expect([feature.active, reports]).to.deep.equal([['crc'], []]);
      feature.reset();
      expect(await statusOf(feature, encodeModeRequest('viral', {}))).to.equal(0);
      expect(feature.active).to.deep.equal(['crc', 'viral']);
      expect(reports).to.deep.equal([['compliance mode was not left', 'Error: cannot']]);
      target.haltAll = (): Promise<void> => Promise.resolve();
      feature.reset();
      await feature.handle(encodeComplianceRequest(1));
      expect(feature.active).to.deep.equal([]);
      expect(reports).to.have.length(1);
    });
  }

  it('doe §3 compliance pending halt: what is asked meanwhile waits, and modes are set behind it (bug; own rule)', async () => {
    const halts: (() => void)[] = [];
    const log: string[] = [];
    const feature = new ComplianceFeature({
      modes: {
        crc: () => {
          log.push('crc');
        },
      },
      haltAll: async () => {
        log.push('halt');
        await new Promise<void>((resolve) => halts.push(resolve));
        log.push('halted');
      },
    });
    await feature.handle(encodeModeRequest('crc', {}));
    feature.reset();
    expect(feature.active, 'still').to.deep.equal(['crc']);
    feature.reset();
    const request = encodeModeRequest('crc', {});
    const set = feature.handle(request);
    // The bytes are lent for the call.
    request.fill(0xff);
    expect(log).to.deep.equal(['crc', 'halt']);
    halts.forEach((halt) => {
      halt();
    });
    expect(decodeOutcome((await set) ?? new Uint8Array(0))).to.equal(0);
    expect(log).to.deep.equal(['crc', 'halt', 'halted', 'crc']);
    expect(feature.active).to.deep.equal(['crc']);
    feature.reset();
    const status = feature.handle(encodeComplianceRequest(1));
    halts.at(-1)?.();
    expect(decodeStatus((await status) ?? new Uint8Array(0))).to.include({ active: 0 });
  });

  it('doe §3 compliance pending halt: a request that nobody waits for any more sets no mode (bug; own rule)', async () => {
    let halted = (): void => undefined;
    const log: string[] = [];
    const feature = new ComplianceFeature({
      modes: {
        crc: () => {
          log.push('crc');
        },
      },
      haltAll: () => new Promise<void>((resolve) => (halted = resolve)),
    });
    feature.reset();
    const controller = new AbortController();
    const { signal } = controller;
    const set = feature.handle(encodeModeRequest('crc', {}), { signal, at: 0x140 });
    controller.abort();
    halted();
    expect(await set).to.equal(undefined);
    expect(log).to.deep.equal([]);
  });
});
