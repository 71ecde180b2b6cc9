import type { Device, MdevHost, RegionInfo } from '@mdevkit/core';
import { VFIO_REGION_INFO_FLAG_CAPS } from '@mdevkit/uapi';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { runCheck } from '../../run-check.js';
import { specimenHost } from '../specimen/specimen.test-support.js';
import { infoGroup } from './index.js';

/** A device whose regions never say that they have capabilities. */
function withoutCaps(device: Device): Device {
  const regionInfo = async (index: number): Promise<RegionInfo> => {
    const info = await device.regionInfo(index);
    return { ...info, flags: info.flags & ~VFIO_REGION_INFO_FLAG_CAPS };
  };
  return new Proxy(device, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      const own: unknown = typeof member === 'function' ? member.bind(target) : member;
      return name === 'regionInfo' ? regionInfo : own;
    },
  });
}

describe('the checks of what a device declares (own rule)', () => {
  it('notice what no driver can do wrong: CAPS that is missing beside capabilities, by info-caps-flag', async () => {
    const check = infoGroup.checks.find(({ id }) => id === 'info-caps-flag');
    if (check === undefined) {
      throw new Error('there is no check info-caps-flag');
    }
    const outcome = await runCheck(check, async (options) => {
      const host: MdevHost = await specimenHost()(options);
      const open = host.open.bind(host);
      host.open = async (uuid) => withoutCaps(await open(uuid));
      return host;
    });
    expect(outcome.result).to.equal('failed');
    expect(await runCheck(check, specimenHost())).to.deep.equal({ result: 'passed' });
  });
});
