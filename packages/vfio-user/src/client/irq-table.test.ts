import { bindIrqs, disableIrqs, irqCallback, LocalEventfd, type IrqTarget } from '@mdevkit/core';
import { EventFd } from '@mdevkit/linux';
import {
  Errno,
  VFIO_IRQ_SET_ACTION_TRIGGER,
  VFIO_IRQ_SET_ACTION_UNMASK,
  VFIO_IRQ_SET_DATA_BOOL,
  VFIO_IRQ_SET_DATA_EVENTFD,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { fields, type RawMessage } from '../server/raw-client.test-support.js';
import { connectFake, wordAt, type FakeServer } from './fake-server.test-support.js';
import { failureOf } from './failure-of.test-support.js';

const SET_IRQS = 8;
const BIND = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
const UNMASK = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK;

/** Keeps the eventfds that came with SET_IRQS, as a server does. */
class Vectors implements Disposable {
  readonly eventfds: EventFd[] = [];
  /** `start+count` of each message, with `!` for one that has descriptors. */
  readonly messages: string[] = [];
  refuse: ((request: RawMessage) => boolean) | undefined;

  constructor(server: FakeServer) {
    server.on(SET_IRQS, (request) => {
      const { payload, fds } = request;
      const bound = fds.length > 0 ? '!' : '';
      this.messages.push(`${wordAt(payload, 12)}+${wordAt(payload, 16)}${bound}`);
      for (const fd of fds) {
        this.eventfds.push(EventFd.adopt(fd));
      }
      if (this.refuse?.(request) === true) {
        server.refuse(request);
        return undefined;
      }
      return new Uint8Array(0);
    });
  }

  [Symbol.dispose](): void {
    for (const eventfd of this.eventfds) {
      eventfd[Symbol.dispose]();
    }
  }
}

/** A target that tells when it is signalled and when its binding ends. */
class Seen implements IrqTarget {
  signals = 0;
  ends = 0;
  readonly #waiting: (() => void)[] = [];

  signal(): void {
    this.signals += 1;
    this.#waiting.splice(0).forEach((wake) => {
      wake();
    });
  }

  unbound(): void {
    this.ends += 1;
  }

  async until(signals: number): Promise<void> {
    while (this.signals < signals) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }
}

describe('interrupts of the client (docs/interop/vfio-user.rst, VFIO_USER_DEVICE_SET_IRQS)', () => {
  it('an eventfd goes over as it is', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    using vectors = new Vectors(server);
    using eventfd = EventFd.create();
    expect(await bindIrqs(device, 1, [eventfd], 2)).to.equal(0);
    expect(server.seen.at(-1)?.payload).to.deep.equal(fields(20, BIND, 1, 2, 1));
    vectors.eventfds[0]?.signal();
    expect(eventfd.read()).to.equal(1);
  });

  it('callback targets: any other target is signalled as often as the server did, also at the end of its binding', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    using vectors = new Vectors(server);
    const target = new Seen();
    await bindIrqs(device, 0, [target]);
    vectors.eventfds[0]?.signal();
    vectors.eventfds[0]?.signal();
    await target.until(2);
    vectors.eventfds[0]?.signal();
    expect(target.ends).to.equal(0);
    await disableIrqs(device, 0);
    expect([target.signals, target.ends]).to.deep.equal([3, 1]);
    await device.close();
    expect(target.ends).to.equal(1);
  });

  it('a target that is replaced, or whose connection ends, is told so once', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    using _vectors = new Vectors(server);
    const [first, second, third] = [new Seen(), new Seen(), new Seen()];
    await bindIrqs(device, 0, [first, second]);
    await bindIrqs(device, 0, [third]);
    await bindIrqs(device, 0, [-1], 1);
    expect([first.ends, second.ends, third.ends]).to.deep.equal([1, 1, 0]);
    await device.close();
    expect([first.ends, second.ends, third.ends]).to.deep.equal([1, 1, 1]);
  });

  it('vectors in runs: more vectors than a message has descriptors are enabled together and bound in turn (max_msg_fds)', async () => {
    const { server, device } = await connectFake({ capabilities: { max_msg_fds: 8 } });
    using _s = server;
    await using _d = device;
    using vectors = new Vectors(server);
    const targets = Array.from({ length: 20 }, () => new Seen());
    await bindIrqs(device, 0, targets);
    expect(vectors.messages).to.deep.equal(['0+20', '0+8!', '8+8!', '16+4!']);
    vectors.eventfds.forEach((eventfd) => {
      eventfd.signal();
    });
    await Promise.all(targets.map((target) => target.until(1)));
    vectors.messages.length = 0;
    await bindIrqs(device, 0, [new Seen(), -1, -1, new Seen()], 3);
    expect(vectors.messages).to.deep.equal(['3+1!', '4+2', '6+1!']);
  });

  it('vectors fail: a request that fails in its middle leaves nothing of it bound (vfio_pci_intrs.c, vfio_msi_set_block)', async () => {
    const { server, device } = await connectFake({ capabilities: { max_msg_fds: 2 } });
    using _s = server;
    await using _d = device;
    using vectors = new Vectors(server);
    const kept = [new Seen(), new Seen(), new Seen(), new Seen(), new Seen(), new Seen()];
    await bindIrqs(device, 0, kept);
    vectors.messages.length = 0;
    vectors.refuse = ({ payload }) => wordAt(payload, 12) === 2;
    const targets = Array.from({ length: 6 }, () => new Seen());
    const error = await failureOf(bindIrqs(device, 0, targets));
    expect([error.errno, error.reason]).to.deep.equal([Errno.EINVAL, 'vfio-user.remote']);
    expect(vectors.messages).to.deep.equal(['0+2!', '2+2!', '0+4']);
    expect(targets.map(({ ends }) => ends)).to.deep.equal([1, 1, 1, 1, 0, 0]);
    expect(kept.map(({ ends }) => ends)).to.deep.equal([1, 1, 1, 1, 0, 0]);
  });

  it('a descriptor of nobody is EBADF, and a thing that cannot be signalled EINVAL (fs/eventfd.c, eventfd_ctx_fdget)', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    using vectors = new Vectors(server);
    const bad = await failureOf(bindIrqs(device, 0, [new Seen(), 5]));
    expect([bad.code, bad.reason]).to.deep.equal(['EBADF', 'irq.bad-descriptor']);
    const nothing = await failureOf(bindIrqs(device, 0, [{} as IrqTarget]));
    expect([nothing.code, nothing.reason]).to.deep.equal(['EINVAL', 'irq.not-eventfd']);
    vectors.refuse = () => true;
    expect((await failureOf(bindIrqs(device, 0, [5]))).reason).to.equal('vfio-user.remote');
  });

  it('what no message can say is refused as in process (vfio_main.c, vfio_set_irqs_validate_and_prepare)', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    const reasons: string[] = [];
    for (const change of [
      { index: -1 },
      { index: 2 ** 32 },
      { start: 0.5 },
      { count: 2 ** 32 },
      { flags: -1 },
      { flags: BIND, slots: [] },
    ]) {
      const request = { index: 0, flags: 0x21, start: 0, count: 1, ...change };
      reasons.push((await failureOf(device.setIrqs(request))).reason);
    }
    expect(reasons).to.deep.equal([
      'irq.index',
      'irq.index',
      'irq.count',
      'irq.count',
      'irq.flags',
      'irq.payload',
    ]);
    expect(server.seen).to.deep.equal([]);
  });

  it('bools go over one byte each, as many as are counted', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    const flags = VFIO_IRQ_SET_DATA_BOOL | VFIO_IRQ_SET_ACTION_TRIGGER;
    const bools = Uint8Array.of(1, 0, 1, 9, 9);
    await device.setIrqs({ index: 0, flags, start: 1, count: 3, bools });
    expect(server.seen.at(-1)?.payload).to.deep.equal(
      fields(23, flags, 0, 1, 3, bools.subarray(0, 3)),
    );
  });

  it('disable unenabled: what is not enabled cannot be disabled (vfio_pci_intrs.c, vfio_pci_set_msi_trigger)', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    using _vectors = new Vectors(server);
    const refused = await failureOf(disableIrqs(device, 0));
    expect([refused.code, refused.reason]).to.deep.equal(['EINVAL', 'irq.inactive']);
    await bindIrqs(device, 0, [-1]);
    await disableIrqs(device, 0);
    expect((await failureOf(disableIrqs(device, 0))).reason).to.equal('irq.inactive');
  });

  it('unmask source: a source that unmasks signals an eventfd of the server; a second one is EBUSY (virqfd.c, vfio_virqfd_enable)', async () => {
    const { server, device } = await connectFake();
    using _s = server;
    await using _d = device;
    using vectors = new Vectors(server);
    using source = new LocalEventfd();
    source.signal();
    const request = { index: 0, flags: UNMASK, start: 0, count: 1 };
    await device.setIrqs({ ...request, slots: [source] });
    expect(vectors.eventfds[0]?.read()).to.equal(1);
    source.signal();
    expect(vectors.eventfds[0]?.read()).to.equal(1);
    const second = await failureOf(device.setIrqs({ ...request, slots: [source] }));
    expect([second.code, second.reason]).to.deep.equal(['EBUSY', 'irq.unmask-bound']);
    await device.setIrqs({ ...request, slots: [-1] });
    source.signal();
    expect(vectors.eventfds[0]?.read()).to.equal(0);
    using eventfd = EventFd.create();
    await device.setIrqs({ ...request, slots: [eventfd] });
    eventfd.signal();
    expect(vectors.eventfds[1]?.read()).to.equal(1);
  });

  it('no descriptors: a server that takes no descriptors binds nothing', async () => {
    const { server, device } = await connectFake({ capabilities: { max_msg_fds: 0 } });
    using _s = server;
    await using _d = device;
    const error = await failureOf(bindIrqs(device, 0, [irqCallback(() => undefined)]));
    expect([error.code, error.reason]).to.deep.equal(['EOPNOTSUPP', 'vfio-user.no-descriptors']);
  });

  it('request event: a PCI device asks to be let go by its request interrupt (include/uapi/linux/vfio.h, VFIO_PCI_REQ_IRQ_INDEX)', async () => {
    const { server, device } = await connectFake({
      handlers: {
        4: () => fields(16, 2, 9, 5),
        7: ({ payload }) => fields(16, 1, wordAt(payload, 8), 1),
      },
    });
    using _s = server;
    await using _d = device;
    using vectors = new Vectors(server);
    const events = device.events();
    await server.until(() => vectors.eventfds[0]);
    vectors.eventfds[0]?.signal();
    expect((await events.next()).value).to.deep.equal({ kind: 'request', graceMs: 0 });
    expect(server.seen.at(-1)?.payload).to.deep.equal(
      fields(20, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER, 4, 0, 1),
    );
  });
});
