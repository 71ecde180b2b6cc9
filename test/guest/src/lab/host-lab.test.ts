import { expect } from 'chai';
import { describe, it } from 'mocha';
import { hostLab } from './host-lab.js';
import { LabError } from './lab-error.js';

const all = {
  MDEVKIT_QEMU: process.execPath,
  MDEVKIT_KERNEL: process.execPath,
  MDEVKIT_MODULES: import.meta.dirname,
  MDEVKIT_BUSYBOX: process.execPath,
};

describe('hostLab (own rule)', () => {
  it('is not asked for when nothing is set', () => {
    expect(hostLab({}, '/files')).to.equal(undefined);
    expect(hostLab({ MDEVKIT_QEMU: '' }, '/files')).to.equal(undefined);
  });

  it('takes what the variables name', () => {
    const lab = hostLab(all, '/files');
    expect(lab?.qemu).to.deep.equal({ file: process.execPath, args: [] });
    expect(lab?.modules).to.equal(import.meta.dirname);
    expect(lab?.tool('/usr/bin/xz').file).to.equal('xz');
  });

  it('says in one line what is missing', () => {
    const { MDEVKIT_QEMU, MDEVKIT_BUSYBOX } = all;
    expect(() => hostLab({ MDEVKIT_QEMU, MDEVKIT_BUSYBOX }, '/files')).to.throw(
      LabError,
      /^[^\n]*MDEVKIT_KERNEL, MDEVKIT_MODULES[^\n]*$/,
    );
  });

  it('says what is not there', () => {
    const wrong = { ...all, MDEVKIT_KERNEL: '/nowhere/vmlinuz' };
    expect(() => hostLab(wrong, '/files')).to.throw(LabError, 'MDEVKIT_KERNEL=/nowhere/vmlinuz');
  });
});
