import * as uapi from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { COMMANDS, commandName, commandOf } from './index.js';

describe('the table of commands (docs/interop/vfio-user.rst, Commands)', () => {
  it('has the numbers 1 to 18 but 14, in order', () => {
    const numbers = Array.from({ length: 18 }, (_, i) => i + 1).filter((id) => id !== 14);
    expect(COMMANDS.map(({ id }) => id)).to.deep.equal(numbers);
  });

  it('names each after its constant', () => {
    const constants = new Map<string, unknown>(Object.entries(uapi));
    for (const { id, name } of COMMANDS) {
      expect(constants.get(`VFIO_USER_${name}`), name).to.equal(id);
    }
  });

  it('has two that the server sends: DMA_READ and DMA_WRITE', () => {
    const sent = COMMANDS.filter(({ direction }) => direction === 'server-to-client');
    expect(sent.map(({ name }) => name)).to.deep.equal(['DMA_READ', 'DMA_WRITE']);
  });

  it('has the smallest payload of each request (section of each command)', () => {
    const sizes = Object.fromEntries(COMMANDS.map((one) => [one.name, one.smallestRequest]));
    expect(sizes).to.deep.equal({
      VERSION: 4,
      DMA_MAP: 32,
      DMA_UNMAP: 24,
      DEVICE_GET_INFO: 16,
      DEVICE_GET_REGION_INFO: 32,
      DEVICE_GET_REGION_IO_FDS: 16,
      DEVICE_GET_IRQ_INFO: 16,
      DEVICE_SET_IRQS: 20,
      REGION_READ: 16,
      REGION_WRITE: 16,
      DMA_READ: 16,
      DMA_WRITE: 16,
      DEVICE_RESET: 0,
      REGION_WRITE_MULTI: 8,
      DEVICE_FEATURE: 8,
      MIG_DATA_READ: 8,
      MIG_DATA_WRITE: 8,
    });
  });

  it('has four whose reply is a header alone (section Reply of each command)', () => {
    const bare = COMMANDS.filter(({ reply }) => reply === undefined);
    const names = ['DMA_MAP', 'DEVICE_SET_IRQS', 'DEVICE_RESET', 'MIG_DATA_WRITE'];
    expect(bare.map(({ name }) => name)).to.deep.equal(names);
    expect(bare.every(({ reply }) => reply === undefined)).to.equal(true);
  });

  it('lets memory and eventfds come, and region files, eventfds and a twin socket go', () => {
    const carry = (key: 'requestDescriptors' | 'replyDescriptors'): unknown =>
      COMMANDS.filter((one) => one[key] > 0).map((one) => [one.name, one[key]]);
    expect(carry('requestDescriptors')).to.deep.equal([
      ['DMA_MAP', 1],
      ['DEVICE_SET_IRQS', 253],
    ]);
    expect(carry('replyDescriptors')).to.deep.equal([
      ['VERSION', 1],
      ['DEVICE_GET_REGION_INFO', 1],
      ['DEVICE_GET_REGION_IO_FDS', 253],
    ]);
  });

  it('is found by number; other numbers have no command, and a name for logs', () => {
    for (const one of COMMANDS) {
      expect(commandOf(one.id)).to.equal(one);
      expect(commandName(one.id)).to.equal(one.name);
    }
    for (const id of [0, 14, 19, 999, 0xffff]) {
      expect(commandOf(id)).to.equal(undefined);
      expect(commandName(id)).to.equal(`command ${id}`);
    }
  });
});
