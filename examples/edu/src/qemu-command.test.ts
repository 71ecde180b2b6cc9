import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { qemuCommand } from './qemu-command.js';

/** The words that a shell makes of a command. */
function words(command: string): string[] {
  const script = command.replace(/^\S+/, String.raw`printf '%s\0'`);
  return execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

/** The value of the option that starts with `start`. */
function option(command: string, start: string): string | undefined {
  return words(command).find((word) => word.startsWith(start));
}

describe('qemuCommand (QEMU docs/system/devices/vfio-user.rst)', () => {
  it('the device is JSON, which a shell hands over whole, whatever the path', () => {
    for (const path of ['/tmp/edu.sock', `/tmp/it's "here" $HOME\\ *.sock`]) {
      const device = option(qemuCommand(path), '{') ?? '';
      expect(JSON.parse(device)).to.deep.equal({
        driver: 'vfio-user-pci',
        bus: 'port0',
        socket: { type: 'unix', path },
      });
    }
  });

  it('the bus of the device is a root port, and memory is a shared descriptor of the right size', () => {
    const command = qemuCommand('/tmp/edu.sock');
    expect(option(command, 'pcie-root-port')).to.include('id=port0');
    expect(option(command, 'q35')).to.equal('q35,memory-backend=ram');
    expect(option(command, 'memory-backend-memfd')).to.equal(
      'memory-backend-memfd,id=ram,size=1G,share=on',
    );
    expect(words(command)).to.include('1G');
  });
});
