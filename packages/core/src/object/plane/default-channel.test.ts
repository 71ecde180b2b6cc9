import { expect } from 'chai';
import { describe, it } from 'mocha';
import { microtasks, settled } from '../../errors/outcome.test-support.js';
import type { ReadTarget } from '../../event/descriptor-operations.js';
import { EventChannel } from '../../event/channel/index.js';
import { DefaultChannelView } from './default-channel.js';

function targetInto(copied: string[], name: string): ReadTarget {
  return { length: 64, copy: () => void copied.push(name) };
}

describe('DefaultChannelView (Linux drivers/infiniband/core/uverbs_std_types_async_fd.c)', () => {
  it('uverbs §6.4 default channel: reads of a descriptor that is closed do not stay in the channel', async () => {
    const channel = new EventChannel();
    const copied: string[] = [];
    const first = new DefaultChannelView(channel);
    const second = new DefaultChannelView(channel);
    const read = async (view: DefaultChannelView, name: string): Promise<number> =>
      view.read(targetInto(copied, name), false);
    const gone = [settled(read(first, 'a')), settled(read(first, 'b'))];
    const kept = settled(read(second, 'c'));
    gone.push(settled(read(first, 'd')));
    first.closed();
    expect(await Promise.all(gone)).to.deep.equal(new Array(3).fill('EBADF event.closed'));
    channel.post(0n, 4);
    expect(await kept).to.equal(16);
    const last = settled(read(second, 'e'));
    await microtasks();
    channel.post(0n, 4);
    expect(await last).to.equal(16);
    expect(copied).to.deep.equal(['c', 'e']);
    channel.closed();
  });
});
