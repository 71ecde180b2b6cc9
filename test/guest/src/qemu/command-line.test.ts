import { expect } from 'chai';
import { describe, it } from 'mocha';
import { commandLine } from './command-line.js';
import { cxlHost, rootPorts, vfioUserDevice } from './devices.js';

function after(args: readonly string[], option: string): string[] {
  return args.flatMap((arg, index) => (arg === option ? [args[index + 1] ?? ''] : []));
}

describe('commandLine (QEMU docs/system/invocation.rst)', () => {
  it('shares the memory of the guest, which a vfio-user server maps', () => {
    const args = commandLine({ memoryMiB: 512 });
    expect(after(args, '-object')).to.deep.equal([
      'memory-backend-memfd,id=ram,size=512M,share=on',
    ]);
    expect(after(args, '-machine')[0]).to.equal('q35,accel=tcg,memory-backend=ram');
    expect(after(args, '-m')).to.deep.equal(['512M']);
  });

  it('gives devices as JSON, the only form of a socket address', () => {
    const device = vfioUserDevice({ id: 'v0', path: '/tmp/a,b', bus: 'port0', rombar: 0 });
    const [port, vfioUser] = after(
      commandLine({ devices: [...rootPorts(1), device] }),
      '-device',
    ).map((json): unknown => JSON.parse(json));
    expect(port).to.include({ driver: 'pcie-root-port', id: 'port0', chassis: 1 });
    expect(vfioUser).to.deep.equal({
      driver: 'vfio-user-pci',
      id: 'v0',
      bus: 'port0',
      rombar: 0,
      socket: { type: 'unix', path: '/tmp/a,b' },
    });
  });

  it('opens the test protocol under qtest only', () => {
    expect(commandLine({})).not.to.include('-qtest');
    expect(after(commandLine({ accelerator: 'qtest' }), '-qtest')).to.deep.equal(['chardev:qtest']);
  });

  it('has its own options last', () => {
    expect(commandLine({ append: 'quiet', more: ['-S'] }).slice(-3)).to.deep.equal([
      '-append',
      'quiet',
      '-S',
    ]);
  });
});

describe('rootPorts (QEMU docs/pcie.txt)', () => {
  it('differ in chassis and slot', () => {
    const ports = rootPorts(3);
    expect(ports.map(({ id }) => id)).to.deep.equal(['port0', 'port1', 'port2']);
    expect(new Set(ports.map(({ chassis }) => chassis)).size).to.equal(3);
    expect(new Set(ports.map(({ slot }) => slot)).size).to.equal(3);
  });
});

describe('cxlHost (QEMU docs/system/devices/cxl.rst)', () => {
  it('is one bridge, with ports on its bus that differ from each other and from other ports', () => {
    const [bridge, ...ports] = cxlHost(2);
    expect(bridge).to.include({ driver: 'pxb-cxl', id: 'cxl' });
    expect(ports.map(({ id, bus }) => [id, bus])).to.deep.equal([
      ['cxlport0', 'cxl'],
      ['cxlport1', 'cxl'],
    ]);
    const all = [...ports, ...rootPorts(32)];
    expect(new Set(ports.map(({ port }) => port)).size).to.equal(2);
    expect(new Set(all.map(({ chassis }) => chassis)).size).to.equal(34);
    expect(new Set(all.map(({ slot }) => slot)).size).to.equal(34);
  });
});
