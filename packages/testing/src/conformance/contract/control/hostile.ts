import type { ControlTransport, ObjectCatalogue } from '@mdevkit/core';
import { IbUverbsAttr, IbUverbsIoctlHdr, UVERBS_ATTR_F_MANDATORY } from '@mdevkit/uapi';
import { expect } from 'chai';
import { Random } from '../../../random/index.js';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import { attach, check, done, ready, SEED, unlessTwo } from '../support/index.js';
import { message, send, withTransport } from './messages.js';

const uverbs = 'drivers/infiniband/core/uverbs_ioctl.c, ib_uverbs_cmd_verbs';
const seeds = [SEED, SEED + 1, SEED + 2];
type Catalogue = ObjectCatalogue['classes'];

/** Messages that no client of this project would send. */
export const hostileChecks: readonly ConformanceCheck[] = [
  check(
    'unknown-class',
    `a class that a device does not have is EPROTONOSUPPORT (${uverbs})`,
    async (bench) => {
      await using attached = await attach(bench);
      await withTransport(bench, attached, async (transport) => {
        for (const object of [0x0fff, 0x1fff, 0xffff]) {
          const code = await bare(bench, transport, object, 0);
          expect(code, `class ${object}`).to.equal('EPROTONOSUPPORT');
        }
      });
    },
  ),
  eachClass(
    'unknown-method',
    `a method that a class does not have is EPROTONOSUPPORT (${uverbs})`,
    async (bench, transport, classes) => {
      for (const { id, name } of classes) {
        const code = await bare(bench, transport, id, 0x0fff);
        expect(code, `a method that ${name} does not have`).to.equal('EPROTONOSUPPORT');
      }
    },
  ),
  eachClass(
    'bare',
    `row uverbs §6.3: every method does a call without attributes, or answers an errno (${uverbs})`,
    async (bench, transport, classes) => {
      for (const { id, methods } of classes) {
        for (const method of methods) {
          await bare(bench, transport, id, method.id);
        }
      }
    },
  ),
  ...seeds.map((seed, i) =>
    eachClass(
      `attributes-${i}`,
      `row uverbs §6.3: whatever stands in its attributes, a handler does the call or refuses it, sequence ${i} (${uverbs})`,
      async (bench, transport, classes) => {
        const random = new Random(seed);
        for (let round = 0; round < 8; round++) {
          for (const { id, name, methods } of classes) {
            for (const method of methods) {
              const attributes = method.attributes.map((attribute) => attribute.id);
              const call = { object: id, method: method.id, driver: transport.driverId };
              const bytes = withAttributes(call, attributes, random);
              await send(bench, transport, bytes, `${name}.${method.name} with any attributes`);
            }
          }
        }
      },
    ),
  ),
  check(
    'hostile',
    `row uverbs §6.1 length: messages that are none are refused, and the next one is answered (${uverbs})`,
    async (bench) => {
      await using attached = await attach(bench);
      const random = new Random(SEED);
      await withTransport(bench, attached, async (transport) => {
        for (let length = 0; length < 24; length++) {
          const code = await send(bench, transport, new Uint8Array(length), `${length} bytes`);
          expect(code, `a message of ${length} bytes`).not.to.equal('done');
        }
        for (let i = 0; i < 200; i++) {
          const noise = Uint8Array.from({ length: 24 + random.below(64) }, () => random.below(256));
          await send(bench, transport, noise, 'noise');
        }
        expect(await bare(bench, transport, 0x0fff, 0)).to.equal('EPROTONOSUPPORT');
      });
    },
  ),
];

function eachClass(
  id: string,
  title: string,
  look: (bench: Bench, transport: ControlTransport, classes: Catalogue) => Promise<void>,
): ConformanceCheck {
  return check(
    id,
    title,
    async (bench) => {
      const device = await ready(bench);
      await using control = await device.control();
      const { classes } = await done(bench, 'a query', control.query());
      await using attached = await attach(bench);
      await withTransport(bench, attached, (transport) => look(bench, transport, classes));
    },
    unlessTwo,
  );
}

/** A call without attributes. */
function bare(
  bench: Bench,
  transport: ControlTransport,
  object: number,
  method: number,
): Promise<string> {
  const bytes = message({ object, method, driver: transport.driverId });
  return send(bench, transport, bytes, `method ${method} of class ${object}`);
}

/** A call with small values in some of its attributes: handles, numbers and lengths of any kind. */
function withAttributes(
  call: Parameters<typeof message>[0],
  ids: readonly number[],
  random: Random,
): Uint8Array {
  const chosen = ids.filter(() => random.chance(0.8));
  const length = IbUverbsIoctlHdr.size + chosen.length * IbUverbsAttr.size;
  const bytes = new Uint8Array(length);
  bytes.set(message(call, { length, attributes: chosen.length }));
  chosen.forEach((id, i) => {
    const data = random.chance(0.5) ? random.below(4) : random.next();
    IbUverbsAttr.encode(
      {
        attr_id: id,
        len: [0, 1, 2, 4, 8][random.below(5)] ?? 0,
        flags: UVERBS_ATTR_F_MANDATORY,
        elem_id: 0,
        reserved: 0,
        data: BigInt(data),
      },
      bytes,
      IbUverbsIoctlHdr.size + i * IbUverbsAttr.size,
    );
  });
  return bytes;
}
