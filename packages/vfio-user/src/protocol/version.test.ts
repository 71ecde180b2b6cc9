import { VfioUserVersion } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { MAX_VERSION_DATA, buildVersion, parseVersion, withDefaults } from './index.js';
import { QEMU_JSON, jsonPayload, payload, refusal, version } from './version.test-support.js';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

const range = 'EINVAL vfio-user.version-range';
const type = 'EINVAL vfio-user.version-type';
const json = 'EINVAL vfio-user.version-json';

describe('a VERSION that is refused (libvfio-user test/py/test_negotiate.py)', () => {
  const cases: readonly (readonly [test: string, payload: Uint8Array, refusal: string])[] = [
    ['short_write', new Uint8Array(0), 'EINVAL vfio-user.version-short'],
    ['short_write, 3 bytes', new Uint8Array(3), 'EINVAL vfio-user.version-short'],
    ['invalid_major', payload(ascii('\0'), 0, 999), 'EINVAL vfio-user.version-major'],
    ['invalid_json_missing_NUL', payload(ascii('{}')), 'EINVAL vfio-user.version-unterminated'],
    ['invalid_json_missing_closing_brace', jsonPayload('{'), json],
    ['invalid_json_missing_closing_quote', jsonPayload('"'), json],
    ['invalid_json_bad_capabilities_object', jsonPayload('{"capabilities":"23"}'), type],
    ['invalid_json_bad_max_fds', jsonPayload('{"capabilities":{"max_msg_fds":"foo"}}'), type],
    ['invalid_json_bad_max_fds2', jsonPayload('{"capabilities":{"max_msg_fds":-1}}'), range],
    ['invalid_json_bad_max_fds3', jsonPayload('{"capabilities":{"max_msg_fds":1025}}'), range],
    ['invalid_json_bad_migration_object', jsonPayload('{"capabilities":{"migration":"23"}}'), type],
    [
      'invalid_json_bad_pgsize',
      jsonPayload('{"capabilities":{"migration":{"pgsize":"foo"}}}'),
      type,
    ],
    [
      'invalid_json_bad_pgsize2',
      jsonPayload('{"capabilities":{"migration":{"pgsize":4095}}}'),
      range,
    ],
  ];
  for (const [test, bytes, expected] of cases) {
    it(`version refused: test_${test}: ${expected}`, () => {
      expect(refusal(() => parseVersion(bytes))).to.equal(expected);
    });
  }
});

describe('a VERSION that is accepted (libvfio-user test/py/test_negotiate.py)', () => {
  it('version missing: test_valid_negotiate_no_json: everything has its default', () => {
    const read = parseVersion(payload(new Uint8Array(0), 1));
    expect(read).to.deep.equal({ major: 0, minor: 1, stated: {}, unknown: [] });
    expect(withDefaults(read.stated)).to.deep.equal({
      maxMsgFds: 1,
      maxDataXferSize: 1048576,
      maxDmaMaps: 65535,
      pgsizes: 4096n,
      migration: { pgsize: 4096, maxBitmapSize: 268435456 },
      writeMultiple: false,
      twinSocket: false,
      control: false,
    });
  });

  it('version missing: test_valid_negotiate_empty_json: so has everything without capabilities', () => {
    expect(version('{}').stated).to.deep.equal({});
    expect(version('{"capabilities":{}}').stated).to.deep.equal({});
  });

  it('test_valid_negotiate_json, whose max_transfer_size is a key that nobody knows', () => {
    const read = version(
      '{ "capabilities": { "max_msg_fds": 1024, "max_transfer_size": 1048576 } }',
    );
    expect(read.stated).to.deep.equal({ maxMsgFds: 1024 });
    expect(read.unknown).to.deep.equal(['capabilities.max_transfer_size']);
  });

  it('of QEMU, with every key (docs/interop/vfio-user.rst, Capabilities)', () => {
    expect(version(QEMU_JSON)).to.deep.equal({
      major: 0,
      minor: 0,
      stated: {
        maxMsgFds: 16,
        maxDataXferSize: 1048576,
        maxDmaMaps: 65535,
        pgsizes: 4096n,
        migration: { pgsize: 4096, maxBitmapSize: 268435456 },
        writeMultiple: true,
      },
      unknown: [],
    });
  });
});

describe('members of the version data (docs/interop/vfio-user.rst, Capabilities)', () => {
  const of = (member: string): string => refusal(() => version(`{"capabilities":{${member}}}`));

  it('of another type are refused', () => {
    const wrong = [
      '"max_msg_fds":1.5',
      '"max_msg_fds":null',
      '"max_data_xfer_size":true',
      '"max_dma_maps":[]',
      '"pgsizes":{}',
      '"write_multiple":1',
      '"twin_socket":true',
      '"twin_socket":[]',
      '"twin_socket":{"supported":"yes"}',
      '"twin_socket":{"fd_index":"0"}',
      '"migration":{"max_bitmap_size":false}',
      '"migration":null',
    ];
    expect(wrong.map(of)).to.deep.equal(wrong.map(() => type));
    for (const text of ['null', '[]', '"x"', '7', '{"capabilities":null}', '{"capabilities":[]}']) {
      expect(
        refusal(() => version(text)),
        text,
      ).to.equal(type);
    }
  });

  it('max_msg_fds, max_dma_maps: out of range are refused', () => {
    const wrong = [
      '"max_data_xfer_size":0',
      '"max_data_xfer_size":1e300',
      '"max_dma_maps":-1',
      '"max_dma_maps":4294967296',
      '"pgsizes":0',
      '"pgsizes":18446744073709551616',
      '"twin_socket":{"fd_index":-1}',
      '"migration":{"pgsize":0}',
      '"migration":{"pgsize":8589934592}',
      '"migration":{"max_bitmap_size":-1}',
    ];
    expect(wrong.map(of)).to.deep.equal(wrong.map(() => range));
  });

  it('may be the greatest there are', () => {
    const { stated } = version(
      '{"capabilities":{"max_dma_maps":4294967295,"pgsizes":18446744073709547520,' +
        '"migration":{"pgsize":2147483648}}}',
    );
    expect(stated.pgsizes).to.equal(0xffff_ffff_ffff_f000n);
    expect(stated.maxDmaMaps).to.equal(0xffff_ffff);
    expect(stated.migration).to.deep.equal({ pgsize: 0x8000_0000 });
  });
});

describe('version data from anyone (own rule: a peer is hostile until checked)', () => {
  it('version bound: have a bound', () => {
    const padded = (length: number): Uint8Array => jsonPayload(`{}${' '.repeat(length - 3)}`);
    expect(refusal(() => parseVersion(padded(MAX_VERSION_DATA)))).to.equal('none');
    const longer = padded(MAX_VERSION_DATA + 1);
    expect(refusal(() => parseVersion(longer))).to.equal('EINVAL vfio-user.version-size');
  });

  it('end at the first NUL, as they do for C', () => {
    expect(parseVersion(payload(ascii('{"capabilities":{}}\0{\0'))).stated).to.deep.equal({});
    expect(refusal(() => parseVersion(payload(ascii('\0'))))).to.equal(json);
  });

  it('are UTF-8', () => {
    expect(refusal(() => parseVersion(payload(Uint8Array.of(0x22, 0xff, 0x22, 0))))).to.equal(json);
  });

  it('name no property of an object that they do not have', () => {
    const read = version('{"capabilities":{"__proto__":{"max_msg_fds":9},"constructor":1}}');
    expect(read.stated).to.deep.equal({});
    expect(read.unknown).to.deep.equal(['capabilities.__proto__', 'capabilities.constructor']);
  });

  it('version unknown keys: put nothing into a log but printable text of 64 characters', () => {
    const { unknown } = version(
      `{"a\\n\\u001b[2J":1,"capabilities":{"twin_socket":{"x":1}},"${'y'.repeat(99)}":1}`,
    );
    expect(unknown).to.deep.equal(['a??[2J', 'y'.repeat(64), 'capabilities.twin_socket.x']);
  });
});

describe('a VERSION that is built', () => {
  it('is header, JSON without blanks and a NUL (docs/interop/vfio-user.rst, VFIO_USER_VERSION)', () => {
    const stated = {
      maxMsgFds: 16,
      pgsizes: 0xffff_ffff_ffff_f000n,
      twinSocket: { supported: true },
    };
    const built = buildVersion({ major: 0, minor: 1, stated });
    expect(VfioUserVersion.decode(built)).to.deep.include({ major: 0, minor: 1 });
    expect(new TextDecoder().decode(built.subarray(4))).to.equal(
      '{"capabilities":{"max_msg_fds":16,"pgsizes":18446744073709547520,"twin_socket":{"supported":true}}}\0',
    );
  });

  it('version reply object: has a capabilities object also when there is nothing to say (QEMU, hw/vfio-user/proxy.c)', () => {
    const built = buildVersion({ major: 0, minor: 0, stated: {} });
    expect(built).to.deep.equal(jsonPayload('{"capabilities":{}}'));
  });
});
