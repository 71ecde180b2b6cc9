import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  MAX_REPLY_JSON,
  acceptReply,
  buildVersion,
  negotiate,
  offerOf,
  serverLimits,
} from './index.js';
import {
  MDEVKIT_JSON,
  QEMU_JSON,
  RUST_VMM_JSON,
  TWIN_SAMPLE_JSON,
  refusal,
  version,
} from './version.test-support.js';

const OFFER = offerOf(serverLimits({ writeMultiple: true }));

function answer(json: string, minor = 0, offer = OFFER): string {
  const { reply } = negotiate(version(json, minor), offer);
  return new TextDecoder().decode(buildVersion(reply).subarray(4));
}

describe('the answer to a client', () => {
  it('version reply room: QEMU has room for 193 bytes of JSON, as many as its own (hw/vfio-user/proxy.c)', () => {
    expect(QEMU_JSON.length).to.equal(MAX_REPLY_JSON);
  });

  it('max_msg_fds, max_data_xfer_size, max_dma_maps: to QEMU, all that it asked for (docs/interop/vfio-user.rst, VFIO_USER_VERSION)', () => {
    expect(answer(QEMU_JSON)).to.equal(
      '{"capabilities":{"max_msg_fds":16,"max_data_xfer_size":1048576,"max_dma_maps":65535,' +
        '"pgsizes":4096,"migration":{"pgsize":4096,"max_bitmap_size":1048576},"write_multiple":true}}\0',
    );
  });

  it('version minor, migration: to rust-vmm, which proposes 0.1: version 0.0, and migration with a pgsize (vfio-user/src/lib.rs)', () => {
    const { reply } = negotiate(version(RUST_VMM_JSON, 1), OFFER);
    expect([reply.major, reply.minor]).to.deep.equal([0, 0]);
    expect(answer(RUST_VMM_JSON, 1)).to.equal(
      '{"capabilities":{"max_msg_fds":16,"max_data_xfer_size":1048576,"migration":{"pgsize":4096}}}\0',
    );
  });

  it('version reply subset: to a client that says nothing: an empty object (own rule: the list is a subset of the proposal)', () => {
    expect(answer('{}')).to.equal('{"capabilities":{}}\0');
  });

  it('twin_socket: grants a twin socket to a client that asks and takes descriptors (VFIO_USER_VERSION, twin_socket)', () => {
    const granted = negotiate(version(TWIN_SAMPLE_JSON), OFFER);
    expect(granted.twinSocket).to.equal(true);
    expect(granted.reply.stated.twinSocket).to.deep.equal({ supported: true, fdIndex: 0 });
    const without = '{"capabilities":{"max_msg_fds":0,"twin_socket":{"supported":true}}}';
    expect(negotiate(version(without), OFFER).reply.stated).to.not.have.property('twinSocket');
    const refused = negotiate(version(TWIN_SAMPLE_JSON), { ...OFFER, twinSocket: false });
    expect([refused.twinSocket, refused.reply.stated.twinSocket]).to.deep.equal([false, undefined]);
  });

  it('write_multiple: has write_multiple only if both have it (VFIO_USER_VERSION, write_multiple)', () => {
    expect(negotiate(version(QEMU_JSON), OFFER).writeMultiple).to.equal(true);
    expect(negotiate(version(QEMU_JSON), offerOf(serverLimits())).writeMultiple).to.equal(false);
    const not = '{"capabilities":{"write_multiple":false}}';
    expect(answer(not)).to.equal('{"capabilities":{"write_multiple":false}}\0');
  });

  it('pgsizes: has the page sizes that both have; none is a refusal (VFIO_USER_VERSION, pgsizes)', () => {
    expect(answer('{"capabilities":{"pgsizes":2101248}}')).to.equal(
      '{"capabilities":{"pgsizes":2101248}}\0',
    );
    const small = version('{"capabilities":{"pgsizes":512}}');
    const refused = 'EINVAL vfio-user.version-pgsizes';
    expect(refusal(() => negotiate(small, OFFER))).to.equal(refused);
  });

  it('version reply room: leaves out defaults when all of it is too long, and nothing that is not one (own rule)', () => {
    const text = answer(MDEVKIT_JSON, 0, { ...OFFER, maxDmaMaps: 1000 });
    expect(text.length).to.be.at.most(MAX_REPLY_JSON + 1);
    expect(text).to.include('"max_dma_maps":1000').and.include('"pgsize":4096');
    expect(text).to.not.include('max_data_xfer_size');
  });

  it('max_data_xfer_size: tells what the client can take, defaults filled in (VFIO_USER_VERSION)', () => {
    const { client } = negotiate(version('{"capabilities":{"max_data_xfer_size":4}}'), OFFER);
    expect([client.maxDataXferSize, client.maxMsgFds]).to.deep.equal([4, 1]);
  });
});

describe('the answer of a server (docs/interop/vfio-user.rst, VFIO_USER_VERSION)', () => {
  const proposal = version(MDEVKIT_JSON);
  const plain = version(QEMU_JSON);

  it('may not have a later minor version', () => {
    const refused = 'EPROTO vfio-user.version-minor';
    expect(refusal(() => acceptReply(proposal, version('{}', 1), 0))).to.equal(refused);
    expect(acceptReply({ ...proposal, minor: 2 }, version('{}', 1), 0).server.maxMsgFds).to.equal(
      1,
    );
  });

  it('names the twin socket among the descriptors that came along', () => {
    const granted = version('{"capabilities":{"twin_socket":{"supported":true,"fd_index":1}}}');
    expect(acceptReply(proposal, granted, 2).twinSocketIndex).to.equal(1);
    const refused = 'EPROTO vfio-user.version-twin-socket';
    expect(refusal(() => acceptReply(proposal, granted, 1))).to.equal(refused);
    expect(refusal(() => acceptReply(plain, granted, 2))).to.equal(refused);
    const nameless = version('{"capabilities":{"twin_socket":{"supported":true}}}');
    expect(refusal(() => acceptReply(proposal, nameless, 1))).to.equal(refused);
  });

  it('does without a twin socket when it is not granted, whatever else it says', () => {
    const denied = version('{"capabilities":{"twin_socket":{"supported":false,"fd_index":0}}}');
    expect(acceptReply(proposal, denied, 0).twinSocketIndex).to.equal(undefined);
    expect(acceptReply(proposal, version('{}'), 0).twinSocketIndex).to.equal(undefined);
  });

  it('is warned of when it has members that nobody asked for', () => {
    const reply = version('{"capabilities":{"twin_socket":{"supported":false},"new":1}}');
    expect(acceptReply(plain, reply, 0).spurious).to.deep.equal(['twinSocket', 'capabilities.new']);
  });

  it('allows REGION_WRITE_MULTI only to a client that spoke of it', () => {
    const reply = version('{"capabilities":{"write_multiple":true}}');
    expect(acceptReply(proposal, reply, 0).writeMultiple).to.equal(true);
    expect(acceptReply(version('{}'), reply, 0).writeMultiple).to.equal(false);
  });

  it('has a page size that the client can map', () => {
    const reply = version('{"capabilities":{"pgsizes":65536}}');
    const refused = 'EINVAL vfio-user.version-pgsizes';
    expect(refusal(() => acceptReply(proposal, reply, 0))).to.equal(refused);
  });
});
