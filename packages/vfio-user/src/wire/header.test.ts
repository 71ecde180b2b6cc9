import { VfioUserHeader } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { COMMAND, ERROR_NUMBER, FLAGS, HEADER_SIZE, MESSAGE_ID, MESSAGE_SIZE } from './header.js';

describe('header offsets (docs/interop/vfio-user.rst, Header)', () => {
  it('header fields: are those of the struct of the package uapi', () => {
    expect(VfioUserHeader.size).to.equal(HEADER_SIZE);
    expect(VfioUserHeader.document().map(({ name, offset }) => [name, offset])).to.deep.equal([
      ['msg_id', MESSAGE_ID],
      ['cmd', COMMAND],
      ['msg_size', MESSAGE_SIZE],
      ['flags', FLAGS],
      ['error_no', ERROR_NUMBER],
    ]);
  });
});
