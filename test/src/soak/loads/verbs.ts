import {
  connect,
  makeClient,
  piece,
  poll,
  QpRc,
  remotePiece,
  sizes,
  verbsDriver,
} from '@mdevkit/example-verbs';
import { IB_SEND_SIGNALED, IB_WC_SUCCESS } from '@mdevkit/uapi';
import { lend } from '../ways.js';
import { randomBytes, requireEqual, WrongData, type Load, type Round } from './load.js';
import { useDevice } from './use-device.js';

const PAGE = 4096;
const WRITES = 6;
const LENGTH = 512;

/** RDMA writes from one device to another, through the control plane. */
export const verbs: Load = {
  name: 'verbs',
  weight: 1,
  driver: () => Promise.resolve(verbsDriver()),
  run: async ({ way, random, faults, did }: Round) => {
    using here = lend(PAGE);
    using there = lend(PAGE);
    await useDevice(way, 'fabric0', 'verbs-hca', (first) =>
      useDevice(way, 'fabric0', 'verbs-hca', async (second) => {
        const a = await makeClient(first, here);
        const b = await makeClient(second, there);
        const left = await a.control.call(QpRc, 'create', sizes(a));
        const right = await b.control.call(QpRc, 'create', sizes(b));
        await connect(a, left, { client: b, qp: right });
        await connect(b, right, { client: a, qp: left });
        for (let i = 0; i < WRITES; i++) {
          const bytes = randomBytes(random, LENGTH);
          here.bytes.set(bytes);
          await a.control.call(QpRc, 'rdmaWrite', {
            handle: left.handle,
            wrId: BigInt(i),
            memory: piece(a, 0, LENGTH),
            flags: IB_SEND_SIGNALED,
            ...remotePiece(b, 1024),
          });
          const [completion] = await poll(a);
          if (completion?.status === IB_WC_SUCCESS) {
            if (faults !== 'lying') {
              requireEqual(there.bytes.subarray(1024, 1024 + LENGTH), bytes, `write ${i}`);
            }
            did('writes');
          } else if (faults === 'none') {
            throw new WrongData(`write ${i} ended with status ${completion?.status ?? -1}`);
          }
        }
      }),
    );
  },
};
