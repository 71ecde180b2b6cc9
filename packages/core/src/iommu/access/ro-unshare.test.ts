import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome } from '../../errors/outcome.test-support.js';
import { AddressSpace, IOMMU_PAGE_SIZE as PAGE } from '../space/index.js';
import { Device } from '../sva/process.test-support.js';
import { Made, personalities } from './access.test-support.js';

const SOURCE = 'tools/testing/selftests/iommu/iommufd.c, iommufd_mock_domain.ro_unshare';
const made = new Made();

for (const personality of personalities) {
  describe(`${SOURCE}, ${personality}`, () => {
    made.disposeAfterEach();

    it('ro unshare: what its owner writes after a read-only pin is what the pin and a writable map show: one memory', () => {
      const memory = new Uint8Array(PAGE).fill(0x5a);
      const space = new AddressSpace({ personality });
      space.map({ iova: 0, memory, write: false });
      const { access } = made.driver();
      access.attach(space);
      const pinned = access.pin(0, PAGE);
      memory.fill(0x33);
      expect(pinned.views()[0]?.[PAGE - 1], 'the pin has no copy').to.equal(0x33);
      space.map({ iova: 4 * PAGE, memory });
      const writable = access.pin(4 * PAGE, PAGE, { write: true });
      writable.write(0, Uint8Array.of(0x44));
      const device = new Device(space);
      expect([pinned.views()[0]?.[0], memory[0], device.read(0, 1)]).to.deep.equal([
        0x44,
        0x44,
        [0x44],
      ]);
      for (const range of [pinned, writable]) {
        range.unpin();
      }
    });

    it('ro unshare: the read-only map stays that, also while the same memory is mapped for writing', () => {
      const memory = new Uint8Array(PAGE);
      const space = new AddressSpace({ personality });
      space.map({ iova: 0, memory, write: false });
      space.map({ iova: 4 * PAGE, memory });
      const { access } = made.driver();
      access.attach(space);
      expect(outcome(() => access.pin(0, PAGE, { write: true }))).to.equal('EPERM dma.permission');
      expect(new Device(space).write(0, [1])).to.equal('permission');
      using pinned = access.pin(0, PAGE);
      const from = Uint8Array.of(1);
      expect(outcome(() => pinned.write(0, from))).to.equal('EPERM dma.permission');
      expect(memory.every((byte) => byte === 0)).to.equal(true);
    });
  });
}
