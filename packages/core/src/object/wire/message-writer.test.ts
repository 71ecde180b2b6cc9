import { expect } from 'chai';
import { describe, it } from 'mocha';
import { IbUverbsIoctlHdr } from '@mdevkit/uapi';
import { outcome } from '../../errors/outcome.test-support.js';
import { MessageReader } from './message-reader.js';
import { MessageWriter } from './message-writer.js';

function write(writer: MessageWriter, ...sizes: readonly number[]): Uint8Array {
  writer.begin(1, 2, 3, sizes.length);
  sizes.forEach((size, id) => {
    writer.attribute(id, 1);
    const at = writer.space(size);
    writer.bytes.fill(id + 1, at, at + size);
  });
  return writer.finish();
}

describe('MessageWriter (Linux include/uapi/rdma/rdma_user_ioctl_cmds.h)', () => {
  it('uverbs §6.1 form: the struct of Linux, data of up to 8 bytes inline, longer ones aligned behind', () => {
    const bytes = write(new MessageWriter(4096), 8, 9, 1);
    const { attrs, ...header } = IbUverbsIoctlHdr.decode(bytes.subarray(0, 72));
    expect(header).to.deep.equal({
      length: 72,
      object_id: 1,
      method_id: 2,
      num_attrs: 3,
      reserved1: 0n,
      driver_id: 3,
      reserved2: 0,
    });
    expect(attrs.map(({ len, data }) => [len, data])).to.deep.equal([
      [8, 0x0101_0101_0101_0101n],
      [9, 72n],
      [1, 3n],
    ]);
    expect([...bytes.subarray(72)]).to.deep.equal([
      ...new Array<number>(9).fill(2),
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ]);
  });

  it('uverbs §6.1 form: nothing of the message before is left in the next', () => {
    const writer = new MessageWriter(4096);
    write(writer, 300, 300);
    expect(write(writer, 8, 9, 1)).to.deep.equal(write(new MessageWriter(4096), 8, 9, 1));
  });

  it('control message size: it grows up to its limit, and goes on after that', () => {
    const writer = new MessageWriter(1024);
    expect(write(writer, 968).length).to.equal(1008);
    expect(outcome(() => write(writer, 985))).to.equal('EMSGSIZE object.message-size');
    expect(outcome(() => write(new MessageWriter(1 << 20), 65_536))).to.equal(
      'EMSGSIZE object.message-size',
    );
    const bytes = write(writer, 984);
    const reader = new MessageReader();
    reader.load(bytes, 1024);
    expect([reader.objectId, reader.methodId, reader.driverId, reader.count]).to.deep.equal([
      1, 2, 3, 1,
    ]);
    expect(bytes.subarray(reader.data(reader.attribute(0), 984))).to.deep.equal(
      new Uint8Array(984).fill(1),
    );
  });
});
