import { expect } from 'chai';
import { describe, it } from 'mocha';
import { ManualClock } from '../../clock/index.js';
import { ModelGuard } from '../../device/model-guard.js';
import { failure, MdevError } from '../../errors/index.js';
import { outcome, settled } from '../../errors/outcome.test-support.js';
import type { DescriptorOperations, ReadTarget } from '../../event/descriptor-operations.js';
import { Emitter } from '../../event/emitter.js';
import { silentLogger } from '../../log/index.js';
import { ObjectSchema } from '../schema/index.js';
import { implemented } from '../schema/schema.test-support.js';
import { Net, Pond } from '../together/zoo-classes.test-support.js';
import { ObjectEntry } from './object-entry.js';
import { OpenDescriptor } from './open-descriptor.js';

/** What a driver may have written that does not know how it ends. */
class Endless implements DescriptorOperations {
  readonly changes = new Emitter<undefined>(() => undefined);
  readonly targets: ReadTarget[] = [];
  closes = 0;
  mask = 0;
  /** What plain JavaScript may answer or throw. */
  rubbish: (() => unknown) | undefined;

  poll(): number {
    return this.rubbish === undefined ? this.mask : (this.rubbish() as number);
  }

  onChange(callback: () => void): Disposable {
    return this.rubbish === undefined ? this.changes.on(callback) : (this.rubbish() as Disposable);
  }

  read(target: ReadTarget, nonBlocking: boolean): number | Promise<number> {
    if (this.rubbish !== undefined) {
      return this.rubbish() as number;
    }
    if (nonBlocking) {
      throw new Error('not in this driver');
    }
    this.targets.push(target);
    return new Promise(() => undefined);
  }

  ioctl(): Uint8Array | Promise<Uint8Array> {
    if (this.rubbish === undefined) {
      throw failure('object.no-operation');
    }
    return this.rubbish() as Uint8Array;
  }

  closed(): void {
    this.closes += 1;
    throw new Error('not in this driver');
  }
}

const target: ReadTarget = { length: 64, copy: () => undefined };

function open(): { readonly operations: Endless; readonly descriptor: OpenDescriptor } {
  const tree = ObjectSchema.build('zoo', [Pond, Net]).bind([implemented(Pond), implemented(Net)]);
  const entry = new ObjectEntry(1, tree.classAt(0x1002)!);
  const operations = new Endless();
  const owner = { destroyWith: () => Promise.resolve() };
  const guard = new ModelGuard(new ManualClock(), silentLogger, 1000);
  return { operations, descriptor: new OpenDescriptor(entry, owner, operations, guard) };
}

describe('OpenDescriptor over a driver that does not end (own rule: nobody waits for ever)', () => {
  it('uverbs §6.6 readers: they are woken when the device is gone, and poll says so', async () => {
    const { descriptor, operations } = open();
    const reading = settled(async () => descriptor.read(target, false));
    let told = 0;
    const listening = descriptor.onChange(() => (told += 1));
    descriptor.remove();
    descriptor.remove();
    expect(await reading).to.equal('EIO object.disassociated');
    expect([descriptor.poll(), told]).to.deep.equal([8, 1]);
    expect(outcome(() => descriptor.read(target, false))).to.equal('EIO object.disassociated');
    // A driver that finds an event after all must not reach a reader that is gone.
    expect(() => {
      operations.targets[0]?.copy(new Uint8Array(1), new Uint8Array(0));
    }).to.throw('object.disassociated');
    // What it says it has is read without waiting for it.
    operations.mask = 1;
    expect(outcome(() => descriptor.read(target, false))).to.equal('EIO model.threw');
    listening[Symbol.dispose]();
    await descriptor.close();
    expect(told).to.equal(1);
  });

  it('uverbs §6.4 close of a descriptor: readers and listeners are told, once', async () => {
    const { descriptor, operations } = open();
    const reading = settled(async () => descriptor.read(target, false));
    let told = 0;
    descriptor.onChange(() => (told += 1));
    operations.changes.fire(undefined);
    await Promise.all([descriptor.close(), descriptor.close()]);
    descriptor.end();
    expect(await reading).to.equal('EBADF object.descriptor-closed');
    expect([told, operations.closes, operations.changes.listenerCount]).to.deep.equal([2, 1, 0]);
    for (const call of [
      () => descriptor.poll(),
      () => descriptor.read(target, true),
      () => descriptor.ioctl(1, new Uint8Array(0)),
      () => descriptor.onChange(() => undefined),
    ]) {
      expect(outcome(call as () => unknown)).to.equal('EBADF object.descriptor-closed');
    }
  });

  it('control descriptor operation: a descriptor without any is ENOTTY', async () => {
    const { descriptor, operations } = open();
    (operations as DescriptorOperations as { ioctl: unknown }).ioctl = undefined;
    expect(outcome(() => descriptor.ioctl(1, new Uint8Array(0)))).to.equal(
      'ENOTTY object.no-operation',
    );
    await descriptor.close();
  });

  it('uverbs §6.6 descriptors: a poll that throws keeps neither the removal nor whoever waits', async () => {
    const { descriptor, operations } = open();
    const reading = settled(async () => descriptor.read(target, false));
    let told = 0;
    descriptor.onChange(() => (told += 1));
    operations.rubbish = () => {
      throw new Error('not in this driver');
    };
    descriptor.remove();
    expect(await reading).to.equal('EIO object.disassociated');
    expect(told).to.equal(1);
    await descriptor.close();
  });

  it('control answer: what is no mask, no subscription, no count and no bytes is EIO, and the descriptor can be closed', async () => {
    const { descriptor, operations } = open();
    const none = new Uint8Array(0);
    for (const value of [undefined, null, 'text', -1, 0.5, {}]) {
      operations.rubbish = () => value;
      for (const call of [
        () => descriptor.poll(),
        () => descriptor.onChange(() => undefined),
        () => descriptor.read(target, true),
        () => descriptor.ioctl(1, none),
      ]) {
        expect(await settled<unknown>(async () => call()), typeof value).to.match(
          /^EIO object.answer$/,
        );
      }
      operations.rubbish = () => Promise.resolve(value);
      for (const call of [() => descriptor.read(target, true), () => descriptor.ioctl(1, none)]) {
        expect(await settled<unknown>(async () => call())).to.equal('EIO object.answer');
      }
    }
    await descriptor.close();
    expect(operations.closes).to.equal(1);
  });

  it('uverbs §6.4 close of a descriptor: a subscription that cannot be ended does not keep it', async () => {
    const { descriptor, operations } = open();
    let told = 0;
    operations.rubbish = () => ({
      [Symbol.dispose]: () => {
        throw new Error('not in this driver');
      },
    });
    descriptor.onChange(() => (told += 1))[Symbol.dispose]();
    descriptor.onChange(() => (told += 1));
    await descriptor.close();
    expect([told, operations.closes]).to.deep.equal([1, 1]);
  });

  it('uverbs §6.3 EPROTONOSUPPORT: an operation that says so is wrong, and the client hears EINVAL', async () => {
    const { descriptor, operations } = open();
    const wrong = new MdevError('EPROTONOSUPPORT', 'zoo.none', 'there is none');
    for (const isLate of [false, true]) {
      operations.rubbish = () => {
        if (isLate) {
          return Promise.reject(wrong);
        }
        throw wrong;
      };
      for (const call of [
        () => descriptor.ioctl(1, new Uint8Array(0)),
        () => descriptor.read(target, true),
      ]) {
        expect(await settled<unknown>(async () => call())).to.equal(
          'EINVAL object.handler-protocol',
        );
      }
    }
    await descriptor.close();
  });
});
