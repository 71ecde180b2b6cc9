import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import type { Context } from 'mocha';
import { struct, u32, u64 } from '../codec/index.js';
import * as vfio from '../linux/vfio/index.js';
import * as pci from '../pci/index.js';
import { haveCompiler } from './c-program.test-support.js';
import { compareWithHeader } from './compare.test-support.js';
import type { Report } from './compare.test-support.js';
import { Header } from './header.test-support.js';
import { KNOWN_HEADER_FAULTS, NEWER_THAN_HEADER } from './newer.test-support.js';
import { subjectOf } from './subject.test-support.js';
import type { Subject } from './subject.test-support.js';

const HEADERS = [
  { include: '<linux/vfio.h>', path: '/usr/include/linux/vfio.h', subject: subjectOf(vfio) },
  { include: '<linux/pci_regs.h>', path: '/usr/include/linux/pci_regs.h', subject: subjectOf(pci) },
];

function describeReport(include: string, report: Report): void {
  console.log(
    `      ${include}: compared ${report.constants.toString()} constants, ` +
      `${report.structs.toString()} struct sizes, ${report.fields.toString()} fields`,
  );
  for (const name of report.notCompared) {
    console.log(`      not compared: ${name} (newer than the installed header)`);
  }
}

/** The installed header; skips the tests of a suite by name where it or a compiler is missing. */
function installedOrSkip(context: Context, path: string): Header {
  const installed = Header.read(path);
  if (installed === undefined || !haveCompiler()) {
    const missing = installed === undefined ? path : 'C compiler';
    console.log(`      not compared with ${path}: no ${missing} on this machine`);
    context.skip(); // nothing here to compare with; machines which build the project have both
  }
  return installed;
}

for (const { include, path, subject } of HEADERS) {
  describe(`declarations and the installed ${include}`, function () {
    this.timeout(60_000);
    let header: Header;

    before(function () {
      header = installedOrSkip(this, path);
    });

    it('agree in every value, size and offset', () => {
      const report = compareWithHeader(subject, include, header);
      describeReport(include, report);
      const faults = report.differences.filter((line) => !KNOWN_HEADER_FAULTS.has(line));
      expect(faults).to.deep.equal([]);
      expect(report.constants).to.be.greaterThan(100);
    });

    it('differ in nothing but names that are younger than the header', () => {
      const { notCompared } = compareWithHeader(subject, include, header);
      expect(notCompared.filter((name) => !NEWER_THAN_HEADER.has(name))).to.deep.equal([]);
    });
  });
}

describe('a comparison with an installed header', function () {
  this.timeout(60_000);
  let header: Header;

  before(function () {
    header = installedOrSkip(this, '/usr/include/linux/vfio.h');
  });

  it('reports wrong values, sizes and offsets, and names that are not there', () => {
    const wrong: Subject = {
      constants: new Map<string, number | string>([
        ['VFIO_PCI_NUM_REGIONS', 8],
        ['VFIO_DEVICE_API_PCI_STRING', 'vfio-pcx'],
        ['VFIO_NO_SUCH_NAME', 1],
      ]),
      structs: [
        struct('vfio_region_info', {
          argsz: u32(0),
          flags: u32(4),
          index: u32(8),
          cap_offset: u32(12),
          offset: u64(16),
          size: u64(24),
        }),
        struct('vfio_irq_info', { argsz: u32(0), flags: u32(4), index: u32(8) }),
      ],
    };
    const report = compareWithHeader(wrong, '<linux/vfio.h>', header);
    expect(report.differences).to.deep.equal([
      'VFIO_PCI_NUM_REGIONS: 8 here, 9 in C',
      'VFIO_DEVICE_API_PCI_STRING: vfio-pcx here, vfio-pci in C',
      'sizeof(struct vfio_irq_info): 12 here, 16 in C',
      'struct vfio_region_info.offset (offset size): 16 8 here, 24 8 in C',
      'struct vfio_region_info.size (offset size): 24 8 here, 16 8 in C',
    ]);
    expect(report.notCompared).to.deep.equal(['VFIO_NO_SUCH_NAME']);
  });
});
