import {
  VFIO_DEVICE_FEATURE_GET as GET,
  VFIO_DEVICE_FEATURE_PROBE as PROBE,
  VFIO_DEVICE_FEATURE_SET as SET,
} from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { outcome, settled } from '../../errors/outcome.test-support.js';
import { failure } from '../../errors/index.js';
import { deferred, makeEndpoint } from '../endpoint.test-support.js';
import type { FeatureHandler } from './feature-handler.js';
import { FeatureTable } from './feature-table.js';

const CHECK = 'include/linux/vfio.h, vfio_check_feature';
const IOCTL = 'drivers/vfio/vfio_main.c, vfio_ioctl_device_feature';
const FLAGS = 'EINVAL feature.flags';
const UNKNOWN = 'ENOTTY feature.unknown';
const METHOD = 'EINVAL feature.method';
const PAYLOAD = 'EINVAL feature.payload';

const GET_ONLY = 100;
const SET_ONLY = 101;
const BOTH = 102;
const NEITHER = 103;
const ABSENT = 200;

/** What the handlers were given. */
function handlers(seen: Uint8Array[]): FeatureHandler[] {
  const get = (): Uint8Array => Uint8Array.of(1, 2, 3, 4);
  const set = (payload: Uint8Array): void => void seen.push(payload);
  return [
    { id: GET_ONLY, name: 'get', payloadSize: 4, get },
    { id: SET_ONLY, name: 'set', payloadSize: 4, set },
    { id: BOTH, name: 'both', payloadSize: 4, get, set },
    { id: NEITHER, name: 'neither', payloadSize: 4 },
  ];
}

describe(`the rules of features and their order (${IOCTL}; ${CHECK})`, () => {
  const cases: readonly [title: string, flags: number, room: number, answer: string | number[]][] =
    [
      ['GET', GET_ONLY | GET, 4, [1, 2, 3, 4]],
      ['GET with more room', GET_ONLY | GET, 9, [1, 2, 3, 4]],
      ['SET', SET_ONLY | SET, 4, []],
      ['feature method: GET of one that can only be set', SET_ONLY | GET, 4, METHOD],
      ['feature method: SET of one that can only be got', GET_ONLY | SET, 4, METHOD],
      ['feature no method: neither', BOTH, 4, METHOD],
      ['feature unknown: neither, of an unknown id', ABSENT, 4, UNKNOWN],
      ['feature payload: GET with short room', BOTH | GET, 3, PAYLOAD],
      ['feature payload: SET with a short payload', BOTH | SET, 3, PAYLOAD],
      ['feature both: GET and SET', BOTH | GET | SET, 4, FLAGS],
      ['feature both: GET and SET of an unknown id: flags first', ABSENT | GET | SET, 4, FLAGS],
      ['feature flags: an unknown flag', BOTH | GET | (1 << 19), 4, FLAGS],
      ['feature flags: an unknown flag with PROBE', BOTH | PROBE | (1 << 19), 4, FLAGS],
      ['feature flags: the sign bit', (BOTH | GET | (1 << 31)) >>> 0, 4, FLAGS],
      ['feature unknown: an unknown id: before method and payload', ABSENT | GET, 0, UNKNOWN],
      ['feature method: an unsupported method: before the payload', SET_ONLY | GET, 0, METHOD],
      ['feature unknown: PROBE of an unknown id', ABSENT | PROBE, 0, UNKNOWN],
      ['feature probe: PROBE of an id', BOTH | PROBE, 0, []],
      ['feature probe: PROBE of an id without methods', NEITHER | PROBE, 0, []],
      ['feature probe: PROBE GET', GET_ONLY | PROBE | GET, 0, []],
      ['feature probe: PROBE SET', SET_ONLY | PROBE | SET, 0, []],
      ['feature probe: PROBE GET SET of both', BOTH | PROBE | GET | SET, 0, []],
      ['feature method: PROBE GET, unsupported', SET_ONLY | PROBE | GET, 0, METHOD],
      ['feature method: PROBE SET, unsupported', GET_ONLY | PROBE | SET, 0, METHOD],
      [
        'feature method: PROBE GET SET of one that can only be got',
        GET_ONLY | PROBE | GET | SET,
        0,
        METHOD,
      ],
      [
        'feature method: PROBE GET SET of one that can only be set',
        SET_ONLY | PROBE | GET | SET,
        0,
        METHOD,
      ],
    ];
  for (const [title, flags, room, expected] of cases) {
    it(`${title}: ${String(expected)}`, async () => {
      const seen: Uint8Array[] = [];
      await using bench = makeEndpoint({ features: handlers(seen) });
      await bench.open();
      const answer = await settled(bench.endpoint.feature(flags, new Uint8Array(room)));
      expect(typeof answer === 'string' ? answer : [...answer]).to.deep.equal(expected);
      expect(seen.length).to.equal(title === 'SET' ? 1 : 0);
    });
  }

  const aboveAndBelow = [2 ** 32, -(2 ** 32), 0.5].map((by) => by + (GET_ONLY | GET));
  for (const flags of [...aboveAndBelow, -1, NaN]) {
    it(`feature flags: ${flags} is no 32-bit value: EINVAL (bug)`, async () => {
      await using bench = makeEndpoint({ features: handlers([]) });
      await bench.open();
      expect(await settled(bench.endpoint.feature(flags, new Uint8Array(8)))).to.equal(
        'EINVAL feature.flags',
      );
    });
  }

  it('the handler of a SET gets exactly its payload, as its own copy', async () => {
    const seen: Uint8Array[] = [];
    await using bench = makeEndpoint({ features: handlers(seen) });
    await bench.open();
    const payload = Uint8Array.of(9, 8, 7, 6, 5);
    await bench.endpoint.feature(BOTH | SET, payload);
    payload.fill(0);
    expect(seen.map((each) => [...each])).to.deep.equal([[9, 8, 7, 6]]);
  });

  it('two handlers of one id are EINVAL when the model comes', () => {
    const [first] = handlers([]);
    const twice = first === undefined ? [] : [first, first];
    const guard = (): Promise<never> => Promise.reject(new Error('not called'));
    expect(outcome(() => new FeatureTable(twice, guard))).to.equal('EINVAL model.invalid');
    const migration = { id: 2, name: 'mine', payloadSize: 8 };
    const model = {
      p2p: false,
      preCopy: false,
      transition: () => undefined,
      save: () => expect.fail('not called'),
      restore: () => expect.fail('not called'),
      dataSize: () => 0,
    };
    expect(outcome(() => makeEndpoint({ features: [migration], migration: model }))).to.equal(
      'EINVAL model.invalid',
    );
  });
});

describe('handlers of features (own rules: asynchronous, checked)', () => {
  it('may answer with a promise', async () => {
    const answer = deferred<Uint8Array>();
    const stored = deferred();
    const feature = {
      id: BOTH,
      name: 'slow',
      payloadSize: 2,
      get: () => answer.promise,
      set: () => stored.promise,
    };
    await using bench = makeEndpoint({ features: [feature] });
    await bench.open();
    const got = settled(bench.endpoint.feature(BOTH | GET, new Uint8Array(2)));
    answer.resolve(Uint8Array.of(5, 6));
    expect(await got).to.deep.equal(Uint8Array.of(5, 6));
    const set = settled(bench.endpoint.feature(BOTH | SET, new Uint8Array(2)));
    stored.reject(failure('feature.payload'));
    expect(await set, 'an MdevError as it is').to.equal(PAYLOAD);
  });

  for (const [what, wrong] of [
    ['too short', new Uint8Array(1)],
    ['too long', new Uint8Array(3)],
    ['not bytes', 'ab' as unknown as Uint8Array],
    ['nothing', undefined as unknown as Uint8Array],
  ] as const) {
    it(`model payload: a payload of a model that is ${what} is EIO`, async () => {
      const feature = { id: BOTH, name: 'wrong', payloadSize: 2, get: () => wrong };
      await using bench = makeEndpoint({ features: [feature] });
      await bench.open();
      const answer = await settled(bench.endpoint.feature(BOTH | GET, new Uint8Array(8)));
      expect(answer).to.equal('EIO model.payload');
    });
  }

  it('the features of migration are there only with it', async () => {
    await using bench = makeEndpoint();
    await bench.open();
    for (const id of [1, 2, 9]) {
      const answer = await settled(bench.endpoint.feature(id | PROBE, new Uint8Array(0)));
      expect(answer).to.equal(UNKNOWN);
    }
  });
});
