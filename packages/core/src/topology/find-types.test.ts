import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { MdevType } from '../mdev/index.js';
import { findTypes } from './find-types.js';
import { uniformTopology, type Topology } from './topology.js';

function typeOn(parent: string, availableInstances: number, numaNode?: number): MdevType {
  return {
    id: `accel-${parent}`,
    name: parent,
    description: '',
    deviceApi: 'vfio-pci',
    parent,
    availableInstances,
    numaNode,
    algorithms: ['deflate', 'sha256'],
    attributes: {},
  };
}

const names = (types: readonly MdevType[]): string[] => types.map((type) => type.parent);

describe('findTypes (UADK wd.c, wd_get_accel_dev)', () => {
  it('matches whole algorithm names and leaves out what has no instance', () => {
    const types = [typeOn('a', 1), typeOn('b', 0)];
    expect(names(findTypes(types, { algorithms: ['deflate'] }, uniformTopology))).to.deep.equal([
      'a',
    ]);
    expect(findTypes(types, { algorithms: ['deflat'] }, uniformTopology)).to.deep.equal([]);
    expect(findTypes(types, { driver: 'acc' }, uniformTopology)).to.deep.equal([]);
  });

  it('prefers the smallest distance, then the most available; an unknown node counts as near', () => {
    const topology: Topology = { distance: (from, to) => 10 + Math.abs(from - to) };
    const types = [
      typeOn('far', 9, 3),
      typeOn('near', 1, 1),
      typeOn('nearer', 2, 0),
      typeOn('unknown', 5),
    ];
    expect(names(findTypes(types, { nearNode: 0 }, topology))).to.deep.equal([
      'unknown',
      'nearer',
      'near',
      'far',
    ]);
  });
});
