import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineDriver, MdevHost, read32, registerLayout, registerRegion } from '@mdevkit/core';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { Burndown } from '../diagnose/index.js';
import { FaultInjector } from '../fault/index.js';
import { parseRecording, Recorder } from '../record/index.js';
import { interposersFromEnvironment } from './environment.js';

const registers = registerLayout('one', 8, [{ name: 'R', offset: 0, width: 4, access: 'rw' }]);
const driver = defineDriver({
  name: 'one',
  deviceApi: 'vfio-platform',
  types: [{ id: 'a' }],
  parents: [{ name: 'one0', capacity: 1 }],
  model: () => ({
    deviceApi: 'vfio-platform',
    regions: [registerRegion('r', registers.instantiate())],
    irqs: [],
  }),
});

const plan = JSON.stringify({
  seed: 1,
  rules: [{ at: 'client.read', when: { nth: 1 }, do: { fault: 'fail' } }],
});

describe('interposersFromEnvironment (own rule; docs/guides/testing.md)', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mdevkit-environment-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('none without a variable', () => {
    const { interposers, report, faults } = interposersFromEnvironment({});
    expect([interposers, report(), faults]).to.deep.equal([[], [], 0]);
  });

  it('the recorder is next to the client, the faults next to the model', () => {
    const env = { INIT_CWD: folder, RECORD: 'r.cbor', DIAGNOSE: 'burndown', FAULT_PLAN: plan };
    const { interposers } = interposersFromEnvironment(env);
    expect(interposers.map(({ constructor }) => constructor)).to.deep.equal([
      Recorder,
      Burndown,
      FaultInjector,
    ]);
  });

  it('so a recording has the fault as the client met it, and both are told', async () => {
    const env = { INIT_CWD: folder, RECORD: 'r.cbor', DIAGNOSE: 'burndown', FAULT_PLAN: plan };
    const wanted = interposersFromEnvironment(env);
    const { interposers, report } = wanted;
    expect(wanted.faults).to.equal(0);
    const host = new MdevHost({ interposers });
    await host.load(driver);
    const { uuid } = await host.create({ parent: 'one0', type: 'one-a' });
    const device = await host.open(uuid);
    await read32(device, 0, 0).catch(() => undefined);
    await read32(device, 0, 4);
    await device.close();
    await host.close();
    const { entries } = parseRecording(readFileSync(join(folder, 'r.cbor')));
    const errors = entries.flatMap((entry) =>
      entry.kind === 'answer' && 'error' in entry.answer ? [entry.answer.error.reason] : [],
    );
    expect(errors).to.deep.equal(['fault.injected']);
    expect(wanted.faults).to.equal(1);
    expect(report().join('\n')).to.match(/hole[^]*fault: rule 0: fail/);
  });

  it('row: exit 2: a recording that cannot be written is refused at once (open(2))', () => {
    for (const RECORD of ['missing/r.cbor', '.']) {
      expect(() => interposersFromEnvironment({ INIT_CWD: folder, RECORD }), RECORD).to.throw(
        RECORD === '.' ? 'EISDIR' : 'ENOENT',
      );
    }
  });

  it('what is refused leaves the files of recordings as they are', () => {
    const kept = join(folder, 'kept.cbor');
    writeFileSync(kept, 'kept');
    interposersFromEnvironment({ INIT_CWD: folder, RECORD: 'kept.cbor' });
    expect(readFileSync(kept, 'utf8')).to.equal('kept');
    const env = { INIT_CWD: folder, RECORD: 'new.cbor', FAULT_PLAN: '{' };
    expect(() => interposersFromEnvironment(env)).to.throw('fault.plan');
    expect(existsSync(join(folder, 'new.cbor'))).to.equal(false);
  });
});
