import { implement, type Implementation } from '@mdevkit/core';
import {
  MAX_CQE,
  MAX_MESSAGE,
  MAX_SGE,
  MAX_WR,
  MTU,
  PORT_NUM,
  VerbsDeviceClass,
} from '../../abi/index.js';
import type { Adapter } from '../adapter.js';

export function implementDevice(adapter: Adapter): Implementation<typeof VerbsDeviceClass> {
  return implement(VerbsDeviceClass).withState<unknown>({
    queryPort: () => ({
      port: {
        lid: adapter.lid,
        port_num: PORT_NUM,
        mtu: MTU,
        max_message: MAX_MESSAGE,
        max_cqe: MAX_CQE,
        max_wr: MAX_WR,
        max_sge: MAX_SGE,
      },
    }),
  });
}
