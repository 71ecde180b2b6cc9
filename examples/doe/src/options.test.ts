import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseOptions } from './options.js';

const parse = (...args: readonly string[]): ReturnType<typeof parseOptions> =>
  parseOptions(args, '/home/me');

describe('the command line of example:doe', () => {
  it('paths are relative to where it was called; the manifest lies beside the socket', () => {
    expect(parse('--socket', 'device')).to.deep.equal({
      help: false,
      socket: '/home/me/device',
      manifest: '/home/me/device.manifest.json',
      root: undefined,
      spdmPort: undefined,
      type: 'function',
      tamper: undefined,
    });
    expect(parse('--socket', '/run/device', '--manifest', 'm.json')).to.include({
      socket: '/run/device',
      manifest: '/home/me/m.json',
    });
  });

  it('without a socket there is a manifest only where somebody asks for one', () => {
    expect(parse('--spdm-listen', '0')).to.include({ spdmPort: 0, manifest: undefined });
    expect(parse('--spdm-listen', '65535', '--manifest', 'm')).to.include({
      spdmPort: 65_535,
      manifest: '/home/me/m',
    });
  });

  it('takes types and tampers by their words', () => {
    expect(parse('--socket', 's', '--tamper', 'chain')).to.include({ tamper: 'chain' });
    expect(parse('--socket', 's', '--type', 'cxl-type3', '--root', 'r')).to.include({
      type: 'cxl-type3',
      manifest: undefined,
      root: '/home/me/r',
    });
    expect(parse('--help').help).to.equal(true);
  });

  for (const [args, message] of [
    [[], /--socket PATH or --spdm-listen PORT is needed/],
    [['--socket', ''], /--socket needs a path/],
    [['--socket', 's', '--manifest', ''], /--manifest needs a path/],
    [['--spdm-listen', '65536'], /TCP port, not 65536/],
    [['--spdm-listen=-1'], /TCP port, not -1/],
    [['--spdm-listen', '1e3'], /TCP port, not 1e3/],
    [['--spdm-listen', ''], /TCP port, not/],
    [['--socket', 's', '--type', 'nvme'], /--type is function or cxl-type3, not nvme/],
    [['--socket', 's', '--tamper', 'luck'], /--tamper is one of measurement, /],
    [
      ['--socket', 's', '--type', 'cxl-type3', '--tamper', 'nonce'],
      /a cxl-type3 device proves nothing/,
    ],
    [['device'], /device/],
  ] as const) {
    it(`${args.join(' ') || 'nothing'} is refused, and why`, () => {
      expect(() => parse(...args)).to.throw(TypeError, message);
    });
  }
});
