import { silentLogger } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ScriptedFeature } from '../feature/scripted-feature.test-support.js';
import { FeatureTable } from './feature-table.js';

describe('whose a feature is (own rules; seed: a grant is data, not the binding of a driver)', () => {
  it('doe ownership default: that of the registers, or nobody, as the driver says; and listed accordingly', () => {
    const features = [1, 2, 3].map((type) => new ScriptedFeature(1, type));
    const [a, b, c] = features;
    if (a === undefined || b === undefined || c === undefined) {
      throw new Error('three features');
    }
    using table = new FeatureTable(
      [
        { feature: a },
        { feature: b, owner: 'nobody' },
        { feature: c, owner: 'nobody', withheld: 'error' },
      ],
      silentLogger,
    );
    expect(table.entries.map(({ owner, isListed }) => [owner, isListed])).to.deep.equal([
      ['registers', true],
      ['nobody', false],
      ['nobody', true],
    ]);
    expect(features.map(({ resets }) => resets)).to.deep.equal([0, 0, 0]);
  });

  it('doe ownership refused: a second grant EBUSY, discovery EPERM, what there is not ENOENT', () => {
    const feature = new ScriptedFeature(1, 1);
    const table = new FeatureTable([{ feature }], silentLogger);
    using grant = table.grant(feature, { to: 'nobody' });
    expect(grant.isOver).to.equal(false);
    expect(() => table.grant(feature, { to: 'client' })).to.throw(/EBUSY doe.granted/);
    expect(() => table.grant({ vendor: 1, type: 0 }, { to: 'client' })).to.throw(
      /EPERM doe.discovery-grant/,
    );
    for (const id of [
      { vendor: 1, type: 2 },
      { vendor: 2, type: 1 },
      // The same first word, of numbers that are none.
      { vendor: 0x1_0001, type: 0 },
      { vendor: 0x1_0001, type: 1 },
      { vendor: 1, type: 0x1_0001 },
    ]) {
      expect(() => table.grant(id, { to: 'client' })).to.throw(/ENOENT doe.no-feature/);
    }
    table[Symbol.dispose]();
    expect(() => table.grant(feature, { to: 'client' })).to.throw(/EIO doe.gone/);
  });

  it('doe ownership withheld: hidden or listed, as the grant says, else the driver, else hidden; back with the grant', () => {
    for (const [own, granted, listed] of [
      [undefined, undefined, false],
      ['error', undefined, true],
      ['hidden', undefined, false],
      ['error', 'hidden', false],
      ['hidden', 'error', true],
    ] as const) {
      const feature = new ScriptedFeature(1, 1);
      const spec = own === undefined ? { feature } : { feature, withheld: own };
      using table = new FeatureTable([spec], silentLogger);
      const grant = table.grant(feature, { to: 'client', withheld: granted });
      expect(table.entries[0]?.isListed).to.equal(listed);
      grant[Symbol.dispose]();
      expect(table.entries[0]?.isListed).to.equal(true);
    }
  });

  it('doe ownership reset: at every change of owner, and at none that is none', () => {
    const feature = new ScriptedFeature(1, 1);
    using table = new FeatureTable([{ feature }], silentLogger);
    const same = table.grant(feature, { to: 'registers' });
    same[Symbol.dispose]();
    expect(feature.resets).to.equal(0);
    const client = table.grant(feature, { to: 'client' });
    expect(feature.resets).to.equal(1);
    client[Symbol.dispose]();
    client[Symbol.dispose]();
    expect(feature.resets).to.equal(2);
    // From one client to the next there is the registers' turn between.
    table.grant(feature, { to: 'client' })[Symbol.dispose]();
    expect(feature.resets).to.equal(4);
  });

  it('doe ownership reset during a call: when that has settled, so that nothing of it is left', () => {
    const feature = new ScriptedFeature(1, 1);
    using table = new FeatureTable([{ feature }], silentLogger);
    const [entry] = table.entries;
    entry?.begin();
    table.grant(feature, { to: 'client' })[Symbol.dispose]();
    table.reset();
    expect(feature.resets).to.equal(0);
    entry?.end();
    expect(feature.resets).to.equal(1);
    entry?.begin();
    entry?.end();
    expect(feature.resets).to.equal(1);
  });

  it('doe ownership revoked: the holder is told once, the feature is given back, and the grant is over', () => {
    const feature = new ScriptedFeature(1, 1);
    using table = new FeatureTable([{ feature, owner: 'nobody' }], silentLogger);
    let told = 0;
    const onRevoked = (): void => {
      told += 1;
      throw new Error('broken');
    };
    const grant = table.grant(feature, { to: 'registers', onRevoked });
    expect(table.entries[0]?.owner).to.equal('registers');
    expect(table.revoke(feature)).to.equal(true);
    expect([told, grant.isOver, table.entries[0]?.owner]).to.deep.equal([1, true, 'nobody']);
    expect(table.revoke(feature)).to.equal(false);
    expect(table.revoke({ vendor: 7, type: 7 })).to.equal(false);
    const next = table.grant(feature, { to: 'client', onRevoked });
    // An end that comes too late gives nothing back.
    grant[Symbol.dispose]();
    expect(next.isOver).to.equal(false);
    next[Symbol.dispose]();
    expect(told).to.equal(1);
  });

  it('doe ownership reentry: a feature that grants and revokes from its reset', () => {
    const feature = new ScriptedFeature(1, 1);
    using table = new FeatureTable([{ feature }], silentLogger);
    let depth = 0;
    feature.onReset = () => {
      if (depth++ === 0) {
        table.revoke(feature);
        throw new Error('broken');
      }
    };
    const grant = table.grant(feature, { to: 'client' });
    expect([grant.isOver, table.entries[0]?.owner]).to.deep.equal([true, 'registers']);
    table.grant(feature, { to: 'client' })[Symbol.dispose]();
  });

  it('doe ownership gone: grants end and their holders are told; features go newest first, once each', () => {
    const log: string[] = [];
    const features = [1, 2].map((type) => new ScriptedFeature(1, type, true, log));
    const table = new FeatureTable(
      features.map((feature) => ({ feature })),
      silentLogger,
    );
    let told = 0;
    const grant = table.grant({ vendor: 1, type: 1 }, { to: 'client', onRevoked: () => told++ });
    log.length = 0;
    for (const feature of features) {
      feature.onDispose = () => {
        throw new Error('broken');
      };
    }
    table[Symbol.dispose]();
    table[Symbol.dispose]();
    table.reset();
    grant[Symbol.dispose]();
    expect([told, grant.isOver]).to.deep.equal([1, true]);
    expect(log).to.deep.equal(['dispose 2', 'dispose 1']);
  });
});
