import { VfioUserDmaRegionAccess, VfioUserRegionAccess } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { COUNT, DATA, DMA_ADDRESS, DMA_COUNT, DMA_DATA, OFFSET, REGION } from './access.js';

describe('access offsets (docs/interop/vfio-user.rst, VFIO_USER_REGION_READ, VFIO_USER_DMA_READ)', () => {
  it('of a region are those of the struct of the package uapi', () => {
    const offsets = VfioUserRegionAccess.document().map(({ name, offset }) => [name, offset]);
    expect(offsets).to.deep.equal([
      ['offset', OFFSET],
      ['region', REGION],
      ['count', COUNT],
      ['data', DATA],
    ]);
  });

  it('of memory are those of the struct of the package uapi', () => {
    const offsets = VfioUserDmaRegionAccess.document().map(({ name, offset }) => [name, offset]);
    expect(offsets).to.deep.equal([
      ['addr', DMA_ADDRESS],
      ['count', DMA_COUNT],
      ['data', DMA_DATA],
    ]);
  });
});
