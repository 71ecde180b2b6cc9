import { expect } from 'chai';
import { describe, it } from 'mocha';
import { parseOptions } from './options.js';

const parse = (...args: readonly string[]): ReturnType<typeof parseOptions> =>
  parseOptions(args, '/home/me');

describe('the command line of example:attest', () => {
  it('without a socket it attests a device of its own', () => {
    const none = { help: false, json: false, tamper: undefined, remote: undefined };
    expect(parse()).to.deep.equal(none);
    expect(parse('--json', '--tamper', 'nonce')).to.deep.equal({
      ...none,
      json: true,
      tamper: 'nonce',
    });
  });

  it('paths are relative to where it was called; the manifest lies beside the socket', () => {
    expect(parse('--socket', 'device').remote).to.deep.equal({
      socket: '/home/me/device',
      manifest: '/home/me/device.manifest.json',
    });
    expect(parse('--socket', '/run/device', '--manifest', 'm').remote).to.deep.equal({
      socket: '/run/device',
      manifest: '/home/me/m',
    });
  });

  for (const [args, message] of [
    [['--socket', ''], /need a path/],
    [['--socket', 's', '--manifest', ''], /need a path/],
    [['--manifest', 'm'], /--manifest belongs to --socket/],
    [['--tamper', 'luck'], /--tamper is one of measurement, /],
    [['--socket', 's', '--tamper', 'nonce'], /tampered with there/],
    [['--json=yes'], /--json/],
    [['device'], /device/],
  ] as const) {
    it(`${args.join(' ')} is refused, and why`, () => {
      expect(() => parse(...args)).to.throw(TypeError, message);
    });
  }
});
