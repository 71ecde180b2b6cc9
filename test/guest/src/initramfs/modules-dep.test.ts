import { expect } from 'chai';
import { describe, it } from 'mocha';
import { moduleName, ModulesDep, withoutCompression } from './modules-dep.js';

const text = [
  'kernel/drivers/vfio/vfio.ko.xz:',
  'kernel/virt/lib/irqbypass.ko.xz:',
  'kernel/drivers/vfio/pci/vfio-pci-core.ko.xz: kernel/drivers/vfio/vfio.ko.xz kernel/virt/lib/irqbypass.ko.xz',
  'kernel/drivers/vfio/pci/vfio-pci.ko.xz: kernel/drivers/vfio/pci/vfio-pci-core.ko.xz kernel/drivers/vfio/vfio.ko.xz kernel/virt/lib/irqbypass.ko.xz',
  'kernel/drivers/uio/uio.ko:',
  'kernel/drivers/uio/uio_pci_generic.ko: kernel/drivers/uio/uio.ko',
  '',
].join('\n');

describe('ModulesDep (depmod(8), modules.dep)', () => {
  const dependencies = new ModulesDep(text);

  it('finds all that a module needs', () => {
    expect(dependencies.closure(['vfio-pci'])).to.deep.equal([
      'kernel/drivers/vfio/pci/vfio-pci-core.ko.xz',
      'kernel/drivers/vfio/pci/vfio-pci.ko.xz',
      'kernel/drivers/vfio/vfio.ko.xz',
      'kernel/virt/lib/irqbypass.ko.xz',
    ]);
  });

  it('takes - and _ for the same, and each module once', () => {
    const twice = dependencies.closure(['vfio_pci', 'vfio-pci-core', 'uio-pci-generic']);
    expect(twice).to.have.length(6);
    expect(new Set(twice).size).to.equal(6);
  });

  it('knows a module that needs nothing', () => {
    expect(dependencies.closure(['vfio'])).to.deep.equal(['kernel/drivers/vfio/vfio.ko.xz']);
  });

  it('refuses a name that the kernel does not have', () => {
    expect(() => dependencies.closure(['vfio', 'nothing'])).to.throw(RangeError, 'nothing');
  });
});

describe('names of modules', () => {
  it('are without folder, ending and compression', () => {
    const paths = ['a/b-c.ko', 'a/b-c.ko.zst', 'b_c', 'b-c.ko.xz'];
    expect(new Set(paths.map(moduleName))).to.deep.equal(new Set(['b_c']));
    expect(withoutCompression('a/b-c.ko.xz')).to.equal('a/b-c.ko');
    expect(withoutCompression('a/b-c.ko')).to.equal('a/b-c.ko');
  });
});
