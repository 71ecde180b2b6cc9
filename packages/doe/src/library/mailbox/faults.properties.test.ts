import { ManualClock, MdevError } from '@mdevkit/core';
import { settled } from '@mdevkit/core/test-support';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { MOST_PAYLOAD } from '../../abi/object/index.js';
import type { ConfigAccess } from '../access/index.js';
import { drive, MailboxBench } from './bench.test-support.js';
import { DoeMailbox } from './doe-mailbox.js';
import { AT, echoId, ModelDevice } from './model-device.test-support.js';

/** Accesses of an open with three features, and of two exchanges of one word. */
const ACCESSES = 73;

const fault = new Error('no completion');

/** Opens and exchanges; whatever happens is an MdevError, and its reason is returned. */
async function use(config: ConfigAccess, clock: ManualClock): Promise<string> {
  const outcome = async (): Promise<string> => {
    await using mailbox = await DoeMailbox.open(config, AT, { clock });
    const first = await settled(mailbox.exchange(echoId.vendor, echoId.type, new Uint8Array(4)));
    const second = await settled(mailbox.exchange(echoId.vendor, echoId.type, Uint8Array.of(1)));
    return `${String(first)} then ${String(second)}`;
  };
  return drive(clock, settled(outcome()));
}

/** As {@link use}, with a device whose n-th access fails if `fails(n)`. */
async function useFaulty(fails: (count: number) => boolean): Promise<string> {
  const clock = new ManualClock();
  const device = new ModelDevice();
  device.onAccess = (count) => {
    if (fails(count)) {
      throw fault;
    }
  };
  const outcome = await use(device, clock);
  expect(clock.pendingCount).to.equal(0);
  return outcome;
}

describe('DoeMailbox: faults', () => {
  it('doe §2 requester faults: access n fails: one typed error, and everything else goes on (own rule; drivers/pci/doe.c, signal_task_abort)', async () => {
    for (let n = 1; n <= ACCESSES; n++) {
      const outcome = await useFaulty((count) => count === n);
      expect(outcome, String(n)).to.match(
        /^EIO doe\.config-failed( then 1,0,0,0)?$|^0,0,0,0 then EIO doe\.config-failed$/,
      );
    }
    expect(await useFaulty((count) => count > ACCESSES)).to.equal('0,0,0,0 then 1,0,0,0');
  });

  it('doe §2 requester faults: the Abort after a failure fails as well: the mailbox is dead (drivers/pci/doe.c, signal_task_abort)', async () => {
    for (let n = 1; n <= ACCESSES; n++) {
      const outcome = await useFaulty((count) => count >= n);
      expect(outcome, String(n)).to.match(
        /^EIO doe\.config-failed( then EIO doe\.dead)?$|^0,0,0,0 then EIO doe\.config-failed$/,
      );
    }
  });

  it('doe §2 requester stuck: access n and all behind it read as something random, for ever: a typed error in bounded time (own rule)', async () => {
    const clock = new ManualClock();
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: ACCESSES }),
        fc.infiniteStream(
          fc.oneof(
            fc.constantFrom(0, 1, 4, 0x80000000, 0x80000001, 0xffffffff, 0x101af4, 3, 2),
            fc.nat({ max: 0xffff_ffff }),
          ),
        ),
        async (n, stream) => {
          const device = new ModelDevice();
          let limit = 5000;
          const config: ConfigAccess = {
            read32: (offset) => {
              const word = device.read32(offset);
              if (device.accesses <= n || --limit < 0) {
                return limit < 0 ? 0xffffffff : word;
              }
              return Number(stream.next().value);
            },
            write32: (offset, value) => device.write32(offset, value),
          };
          await use(config, clock);
          expect(clock.pendingCount).to.equal(0);
        },
      ),
      { seed: 20261121, numRuns: 150 },
    );
  });

  it('doe §2 requester sizes: payloads of any size both ways arrive as they are, padded to words (PCI Express Base Specification 6.0, section 6.30.1)', async () => {
    await using bench = await MailboxBench.open();
    const size = fc.oneof(fc.nat({ max: 64 }), fc.nat({ max: 20_000 }));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), size, size, async (seed, there, back) => {
        const request = filled(there, seed);
        const response = filled(back, seed);
        let got: Uint8Array | undefined;
        bench.device.handlers.set(0x101af4, (payload) => {
          got = payload;
          return response;
        });
        const answer = await bench.drive(
          bench.mailbox.exchange(echoId.vendor, echoId.type, request),
        );
        expect(Buffer.compare(answer, padded(response))).to.equal(0);
        expect(Buffer.compare(got ?? Buffer.of(0), padded(request))).to.equal(0);
      }),
      { seed: 20261121, numRuns: 60 },
    );
  });

  it('doe §2 requester largest: 2^18 words both ways, with length field 0, let the event loop breathe (PCI Express Base Specification 6.0, section 6.30.1)', async () => {
    await using bench = await MailboxBench.open();
    const payload = filled(MOST_PAYLOAD, Uint8Array.of(1, 2, 3));
    const before = bench.clock.now();
    const answer = await bench.drive(bench.mailbox.exchange(echoId.vendor, echoId.type, payload));
    expect(Buffer.compare(answer, payload)).to.equal(0);
    expect(bench.device.log.slice(0, 3)).to.deep.equal(['R0c', 'W10=101af4', 'W10=00']);
    // The clock of the bench moves on whenever the event loop turns.
    expect(bench.clock.now() - before).to.be.within(400, 600);
  });

  it('doe §2 requester lying length: a response that claims 2^18 words and has 3 is refused, and so is one that is ready for ever (drivers/pci/doe.c, pci_doe_recv_resp)', async () => {
    await using bench = await MailboxBench.open();
    bench.device.onResponse = ([first = 0]) => [first, 0, 7];
    expect(await bench.settled(bench.echo())).to.equal('EIO doe.ready-lost');
    const forever: ConfigAccess = {
      read32: (offset) => (offset === AT + 0x0c ? 0x80000000 : bench.device.read32(offset)),
      write32: () => undefined,
    };
    const opening = settled(DoeMailbox.open(forever, AT, { clock: bench.clock }));
    expect(await bench.drive(opening)).to.equal('EIO doe.wrong-object');
  });

  it('doe §2 requester cancel anywhere: cancelled at any access, the next exchange gets its own response (PCI Express Base Specification 6.0, section 6.30.2)', async () => {
    for (let n = 1; n <= 20; n++) {
      await using bench = await MailboxBench.open();
      const controller = new AbortController();
      bench.device.onAccess = (count) => {
        if (count === n) {
          controller.abort();
        }
      };
      const { signal } = controller;
      const cancelled = settled(
        bench.mailbox.exchange(echoId.vendor, echoId.type, Uint8Array.of(1), { signal }),
      );
      expect(await bench.drive(cancelled)).to.satisfy(
        (outcome: unknown) =>
          n <= 14 ? outcome === 'EIO doe.cancelled' : String(outcome) === '1,0,0,0',
        String(n),
      );
      expect(await bench.drive(bench.echo(2))).to.deep.equal(Uint8Array.of(2, 0, 0, 0));
    }
  });

  it('doe §2 requester errors: every failure is an MdevError (own rule)', async () => {
    await using bench = await MailboxBench.open();
    bench.device.onAccess = () => {
      throw fault;
    };
    const error = await bench.drive(bench.echo().catch((reason: unknown) => reason));
    expect(MdevError.is(error)).to.equal(true);
  });
});

function filled(size: number, seed: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: size }, (_, at) => (seed[at % seed.length] ?? 0x5a) + at);
}

function padded(bytes: Uint8Array): Uint8Array {
  const words = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  words.set(bytes);
  return words;
}
