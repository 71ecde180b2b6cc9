import { closeSync, openSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { CommandQueue, QueuedCommand } from './command-queue.js';

function command(id: number, size = 0, fds: number[] = []): QueuedCommand {
  return new QueuedCommand(id, 9, 0, new Uint8Array(size), fds);
}

function someFds(count: number): number[] {
  return Array.from({ length: count }, () => openSync('/dev/null', 'r'));
}

describe('CommandQueue (own rule: what waits has a limit)', () => {
  it('gives commands back in order, also over many', () => {
    using queue = new CommandQueue(10_000, 2 ** 30);
    const taken: number[] = [];
    for (let id = 0; id < 5000; id++) {
      queue.add(command(id));
      if (id % 2 === 1) {
        taken.push(queue.take()?.id ?? -1);
      }
    }
    for (let next = queue.take(); next !== undefined; next = queue.take()) {
      taken.push(next.id);
    }
    expect(taken).to.deep.equal([...new Array(5000).keys()]);
    expect(queue.length).to.equal(0);
  });

  it('held limit: is full by number, by bytes and by descriptors', () => {
    using byNumber = new CommandQueue(2, 2 ** 30);
    byNumber.add(command(1));
    expect(byNumber.isFull).to.equal(false);
    byNumber.add(command(2));
    expect(byNumber.isFull).to.equal(true);
    byNumber.take();
    expect(byNumber.isFull).to.equal(false);
    using byBytes = new CommandQueue(100, 1000);
    byBytes.add(command(1, 744));
    expect(byBytes.isFull).to.equal(true);
    using byDescriptors = new CommandQueue(100, 2 ** 30);
    for (let id = 0; id < 16; id++) {
      expect(byDescriptors.isFull).to.equal(false);
      byDescriptors.add(command(id, 0, someFds(16)));
    }
    expect(byDescriptors.isFull).to.equal(true);
    byDescriptors.take()?.[Symbol.dispose]();
    expect(byDescriptors.isFull).to.equal(false);
  });

  it('held descriptors: a command closes its descriptors unless they are taken', () => {
    const queued = command(1, 0, someFds(2));
    expect(queued.descriptorCount).to.equal(2);
    const taken = queued.takeDescriptors();
    queued[Symbol.dispose]();
    taken.forEach((fd) => closeSync(fd));
  });
});
