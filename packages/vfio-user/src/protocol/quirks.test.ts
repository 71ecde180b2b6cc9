import { expect } from 'chai';
import { describe, it } from 'mocha';
import { type ClientProfile, DEFAULT_LIMITS, mayAnswerError, recogniseClient } from './index.js';
import {
  MDEVKIT_JSON,
  QEMU_JSON,
  RUST_VMM_JSON,
  SAMPLE_JSON,
  TWIN_SAMPLE_JSON,
  version,
} from './version.test-support.js';

function client(json: string, minor = 0): ClientProfile {
  return recogniseClient(version(json, minor));
}

describe('the client behind a VERSION', () => {
  it('kind qemu: QEMU: 0.0 with write_multiple and pgsizes (hw/vfio-user/proxy.c, caps_json)', () => {
    const { kind, quirks } = client(QEMU_JSON);
    expect(kind).to.equal('qemu');
    expect(quirks).to.deep.equal({ blindTo: new Set(), sendsDma: true, largestDma: 0x4000 });
    // What is under way at once fits into a socket of 208 KiB (net.core.wmem_default).
    expect(quirks.largestDma * DEFAULT_LIMITS.dmaInFlight).to.be.at.most(0x2_0000);
  });

  it('kind rust-vmm: rust-vmm: 0.1 with migration.pgsize and no write_multiple (rust-vmm/vfio, vfio-user/src/lib.rs)', () => {
    const { kind, quirks } = client(RUST_VMM_JSON, 1);
    expect(kind).to.equal('rust-vmm');
    expect([quirks.blindTo.size, quirks.sendsDma]).to.deep.equal([6, false]);
  });

  it('kind libvfio-user: libvfio-user’s sample: two members, with a twin socket or without (samples/client.c, send_version)', () => {
    expect(client(SAMPLE_JSON, 1).kind).to.equal('libvfio-user');
    expect(client(TWIN_SAMPLE_JSON, 2).kind).to.equal('libvfio-user');
  });

  it('kind mdevkit: this project: a twin socket and everything else (own rule)', () => {
    expect(client(MDEVKIT_JSON).kind).to.equal('mdevkit');
  });

  it('kind unknown: anyone else is taken at its word (own rule)', () => {
    for (const [json, minor] of [
      ['{}', 0],
      [QEMU_JSON, 1],
      [RUST_VMM_JSON, 0],
      ['{"capabilities":{"max_msg_fds":8}}', 0],
    ] as const) {
      const { kind, quirks } = client(json, minor);
      expect([kind, quirks.blindTo.size, quirks.sendsDma]).to.deep.equal(['unknown', 0, true]);
    }
  });
});

describe('an error reply', () => {
  const READ = 9;
  const UNMAP = 3;
  const MAP = 2;
  const RESET = 13;
  const VERSION = 1;
  const DMA_READ = 11;
  const MULTI = 15;

  it('errors unread: goes to rust-vmm unless it waits for the payload of a success (vfio-user/src/lib.rs, Client)', () => {
    const { quirks } = client(RUST_VMM_JSON, 1);
    const may = (id: number): boolean => mayAnswerError(quirks, id);
    expect([READ, UNMAP].filter(may)).to.deep.equal([]);
    const others = [MAP, RESET, VERSION, DMA_READ, MULTI, 99];
    expect(others.filter(may)).to.deep.equal(others);
  });

  it('goes to everyone else always (docs/interop/vfio-user.rst, Header)', () => {
    expect(mayAnswerError(client(QEMU_JSON).quirks, READ)).to.equal(true);
  });
});
