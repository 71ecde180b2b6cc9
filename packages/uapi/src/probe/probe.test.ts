import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import type { Context } from 'mocha';
import { struct, u32, u64 } from '../codec/index.js';
import * as cxl from '../linux/cxl/index.js';
import * as poll from '../linux/poll.js';
import * as rdma from '../linux/rdma/index.js';
import * as vfio from '../linux/vfio/index.js';
import * as pci from '../pci/index.js';
import { haveCompiler } from './c-program.test-support.js';
import { compareWithHeader } from './compare.test-support.js';
import type { Report } from './compare.test-support.js';
import { Header } from './header.test-support.js';
import { KERNEL_ONLY, KNOWN_HEADER_FAULTS, NEWER_THAN_HEADER } from './newer.test-support.js';
import { subjectOf } from './subject.test-support.js';
import type { Constant, Subject } from './subject.test-support.js';

/** What is compared with which headers, and how many constants there are at least. */
const HEADERS = [
  { names: ['linux/vfio.h'], subject: subjectOf(vfio), least: 100 },
  { names: ['linux/pci_regs.h'], subject: subjectOf(pci), least: 100 },
  {
    names: [
      'rdma/rdma_user_ioctl_cmds.h',
      'rdma/ib_user_ioctl_cmds.h',
      'rdma/ib_user_ioctl_verbs.h',
      'rdma/ib_user_verbs.h',
    ],
    subject: subjectOf(rdma),
    least: 200,
  },
  { names: ['misc/cxl.h'], subject: subjectOf(cxl, KERNEL_ONLY), least: 20 },
  { names: ['asm-generic/poll.h'], subject: subjectOf(poll), least: 10 },
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
function installedOrSkip(context: Context, names: readonly string[]): Header {
  const paths = names.map((name) => `/usr/include/${name}`);
  const path = paths.join(', ');
  const installed = Header.read(paths);
  if (installed === undefined || !haveCompiler()) {
    const missing = installed === undefined ? path : 'C compiler';
    console.log(`      not compared with ${path}: no ${missing} on this machine`);
    context.skip(); // nothing here to compare with; machines which build the project have both
  }
  return installed;
}

for (const { names, subject, least } of HEADERS) {
  const includes = names.map((name) => `<${name}>`);

  describe(`declarations and the installed ${includes.join(' ')}`, function () {
    this.timeout(60_000);
    let header: Header;

    before(function () {
      header = installedOrSkip(this, names);
    });

    it('agree in every value, size and offset', () => {
      const report = compareWithHeader(subject, includes, header);
      describeReport(includes.join(' '), report);
      const faults = report.differences.filter((line) => !KNOWN_HEADER_FAULTS.has(line));
      expect(faults).to.deep.equal([]);
      expect(report.constants).to.be.at.least(least);
    });

    it('differ in nothing but names that are younger than the header', () => {
      const { notCompared } = compareWithHeader(subject, includes, header);
      expect(notCompared.filter((name) => !NEWER_THAN_HEADER.has(name))).to.deep.equal([]);
    });
  });
}

describe('a comparison with an installed header', function () {
  this.timeout(60_000);
  let header: Header;

  before(function () {
    header = installedOrSkip(this, ['linux/vfio.h']);
  });

  it('reports wrong values, sizes and offsets, and names that are not there', () => {
    const wrong: Subject = {
      constants: new Map<string, Constant>([
        ['VFIO_PCI_NUM_REGIONS', 8],
        ['VFIO_PCI_NUM_IRQS', (1n << 63n) + 5n],
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
    const report = compareWithHeader(wrong, ['<linux/vfio.h>'], header);
    expect(report.differences).to.deep.equal([
      'VFIO_PCI_NUM_REGIONS: 8 here, 9 in C',
      'VFIO_PCI_NUM_IRQS: 9223372036854775813 here, 5 in C',
      'VFIO_DEVICE_API_PCI_STRING: vfio-pcx here, vfio-pci in C',
      'sizeof(struct vfio_irq_info): 12 here, 16 in C',
      'struct vfio_region_info.offset (offset size): 16 8 here, 24 8 in C',
      'struct vfio_region_info.size (offset size): 24 8 here, 16 8 in C',
    ]);
    expect(report.notCompared).to.deep.equal(['VFIO_NO_SUCH_NAME']);
  });
});
