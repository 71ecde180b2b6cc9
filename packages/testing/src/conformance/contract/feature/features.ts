import type { Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE,
  VFIO_DEVICE_FEATURE_GET as GET,
  VFIO_DEVICE_FEATURE_PROBE as PROBE,
  VFIO_DEVICE_FEATURE_SET as SET,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { Random } from '../../../random/index.js';
import type { Bench } from '../../bench/index.js';
import type { ConformanceCheck } from '../../check.js';
import {
  attach,
  check,
  codeAnswered,
  done,
  fail,
  FILLER,
  ioctl,
  ready,
  refused,
  SEED,
  structure,
} from '../support/index.js';
import { knownFeatures, type KnownFeature } from './known.js';

const main = 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature';
const header = 'include/linux/vfio.h, vfio_check_feature';
const ROOM = 4096;
const nothing = new Uint8Array(0);

/** VFIO_DEVICE_FEATURE: what every feature shares, and what a driver says of its own. */
export const featureChecks: readonly ConformanceCheck[] = [
  check('flags', `row feature flags: an unknown flag is EINVAL (${main})`, async (bench) => {
    const device = await ready(bench);
    for (const flag of [2 ** 19, 2 ** 20, 2 ** 31]) {
      const call = device.feature(GET + flag, new Uint8Array(ROOM));
      await refused(bench, `flag ${flag}`, 'EINVAL', call);
    }
  }),
  check(
    'both',
    `row feature both: GET and SET together are EINVAL without PROBE (${main})`,
    async (bench) => {
      const device = await ready(bench);
      for (const { id } of [{ id: 0xffff }, ...(await knownFeatures(bench, device))]) {
        const call = device.feature(GET | SET | id, new Uint8Array(ROOM));
        await refused(bench, `GET and SET of feature ${id}`, 'EINVAL', call);
      }
    },
  ),
  check(
    'unknown',
    `row feature unknown: what a device does not have is ENOTTY, whatever is done to it (${main})`,
    async (bench) => {
      const device = await ready(bench);
      const known = new Set((await knownFeatures(bench, device)).map(({ id }) => id));
      for (let id = 0; id < 70; id++) {
        for (const method of known.has(id) ? [] : [GET, SET, PROBE, PROBE | GET, PROBE | SET, 0]) {
          const call = device.feature(method | id, new Uint8Array(ROOM));
          await refused(bench, `feature ${id}, which is not there`, 'ENOTTY', call);
        }
      }
    },
  ),
  eachFeature(
    'method',
    `row feature method: a method that a probe refuses is EINVAL (${header})`,
    async (bench, device, { id, get, set }) => {
      for (const method of [...(get ? [] : [GET]), ...(set ? [] : [SET])]) {
        const call = device.feature(method | id, new Uint8Array(ROOM));
        await refused(bench, `a method of feature ${id}`, 'EINVAL', call);
      }
    },
  ),
  eachFeature(
    'probe',
    `row feature probe: a probe needs no payload and gives none (${header})`,
    async (bench, device, { id, get, set }) => {
      const methods = [
        ...(get ? [GET] : []),
        ...(set ? [SET] : []),
        ...(get && set ? [GET | SET] : []),
      ];
      for (const method of methods) {
        const call = device.feature(PROBE | method | id, nothing);
        const { data } = await done(bench, `a probe of feature ${id}`, call);
        expect(data.length, `bytes of a probe of feature ${id}`).to.equal(0);
      }
    },
  ),
  eachFeature(
    'no-method',
    `row feature no method: neither GET nor SET is EINVAL (${header})`,
    async (bench, device, { id }) => {
      await refused(
        bench,
        `no method of feature ${id}`,
        'EINVAL',
        device.feature(id, new Uint8Array(ROOM)),
      );
    },
  ),
  eachFeature(
    'get',
    `a feature whose GET is offered has one (${header})`,
    async (bench, device, { id, get }) => {
      if (get) {
        const code = await codeAnswered(
          bench,
          `GET of feature ${id}`,
          device.feature(GET | id, new Uint8Array(ROOM)),
        );
        expect(code, `GET of feature ${id}, which a probe offers`).not.to.equal('ENOTTY');
      }
    },
  ),
  eachFeature(
    'set',
    `a feature whose SET is offered has one (${header})`,
    async (bench, device, { id, set }) => {
      if (set) {
        const code = await codeAnswered(
          bench,
          `SET of feature ${id}`,
          device.feature(SET | id, new Uint8Array(ROOM)),
        );
        expect(code, `SET of feature ${id}, which a probe offers`).not.to.equal('ENOTTY');
      }
    },
  ),
  eachFeature(
    'get-same',
    'GET changes nothing: asked twice, a feature answers the same (include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE)',
    async (bench, device, { id, get }) => {
      const ask = (): Promise<string> => answer(bench, device, id);
      const first = get ? await ask() : '';
      expect(get ? await ask() : '', `GET of feature ${id}`).to.equal(first);
    },
  ),
  eachFeature(
    'payload',
    `row feature payload: a payload that is too short is EINVAL (${header})`,
    async (bench, device, { id, get, set }) => {
      const size = get ? await sizeOf(bench, device, id) : undefined;
      for (let room = 0; size !== undefined && room < Math.min(size, 64); room++) {
        const call = device.feature(GET | id, new Uint8Array(room));
        await refused(bench, `GET of feature ${id} with room for ${room} bytes`, 'EINVAL', call);
      }
      if (set && size !== undefined && size > 0) {
        await refused(
          bench,
          `SET of feature ${id} of 0 bytes`,
          'EINVAL',
          device.feature(SET | id, nothing),
        );
      }
    },
  ),
  ...[0x00, 0xff, undefined].map((filler) =>
    check(
      `hostile-${filler === undefined ? 'noise' : filler.toString(16).padStart(2, '0')}`,
      'row model failure: whatever a client passes to a feature, its handler refuses it or does it (docs/reference/device-rules.md, device models)',
      async (bench) => {
        const device = await ready(bench);
        const random = new Random(SEED);
        for (const { id, get, set } of await knownFeatures(bench, device)) {
          for (const method of [...(get ? [GET] : []), ...(set ? [SET] : [])]) {
            for (const size of [0, 1, 8, 16, 24, 256]) {
              const payload = Uint8Array.from({ length: size }, () => filler ?? random.below(256));
              await codeAnswered(
                bench,
                `feature ${id} with ${size} bytes`,
                device.feature(method | id, payload),
              );
            }
          }
        }
        await done(bench, 'info afterwards', device.info());
      },
    ),
  ),
  check(
    'argsz-respected',
    `row argsz respected: GET writes no byte at or beyond argsz (${main})`,
    async (bench) => {
      await using attached = await attach(bench);
      for (let id = 0; id < 64; id++) {
        for (const argsz of [8, 9, 16, 24, 32]) {
          const argument = structure(128, argsz, GET | id);
          const call = ioctl(attached.endpoint, VFIO_DEVICE_FEATURE, argument);
          await codeAnswered(bench, `GET of feature ${id}`, call);
          if (argument.subarray(argsz).some((byte) => byte !== FILLER)) {
            fail(`GET of feature ${id} with argsz ${argsz} wrote beyond it`);
          }
        }
      }
    },
  ),
];

function eachFeature(
  id: string,
  title: string,
  look: (bench: Bench, device: Device, feature: KnownFeature) => Promise<void>,
): ConformanceCheck {
  return check(id, title, async (bench) => {
    const device = await ready(bench);
    for (const feature of await knownFeatures(bench, device)) {
      await look(bench, device, feature);
    }
  });
}

/** What a GET answers, as text. */
async function answer(bench: Bench, device: Device, id: number): Promise<string> {
  const call = device.feature(GET | id, new Uint8Array(ROOM)).then(({ data }) => data.join());
  const code = await codeAnswered(bench, `GET of feature ${id}`, call);
  return code === 'done' ? await call : code;
}

/** Bytes that a GET answers with enough room, unless it refuses. */
async function sizeOf(bench: Bench, device: Device, id: number): Promise<number | undefined> {
  const call = device.feature(GET | id, new Uint8Array(ROOM)).then(({ data }) => data.length);
  const code = await codeAnswered(bench, `GET of feature ${id}`, call);
  return code === 'done' ? await call : undefined;
}
