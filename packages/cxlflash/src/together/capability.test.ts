import type { Device } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { FLASH_CAPABILITY_ID, FLASH_MODE_IOARRIN, FlashCapability } from '../abi/index.js';
import { Flash } from '../library/index.js';
import { FlashFixture, inProcess, refusalOf } from './fixture.test-support.js';

const CONFIG = 7;
/** From the id of a vendor capability to its version and to its payload. */
const VERSION = 2;
const PAYLOAD = 4;

/** A device whose vendor capability says something else; `at` is where its id is. */
function withCapability(device: Device, edit: (config: DataView, at: number) => void): Device {
  const read: Device['read'] = async (region, offset, into) => {
    const count = await device.read(region, offset, into);
    if (region === CONFIG && offset === 0) {
      const config = new DataView(into.buffer, into.byteOffset, into.byteLength);
      for (let at = 0x40; at < 0x100; at += 2) {
        if (config.getUint16(at, true) === FLASH_CAPABILITY_ID) {
          edit(config, at);
          break;
        }
      }
    }
    return count;
  };
  return new Proxy(device, {
    get(target, key): unknown {
      const value: unknown = key === 'read' ? read : Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

const { fields } = FlashCapability;

describe('what a device says of itself (PCI Express Base Specification 6.0, section 7.9.4)', () => {
  const rows: readonly [string, (config: DataView, at: number) => void, string][] = [
    [
      'no capability of a flash AFU',
      (config, at) => {
        config.setUint16(at, 0);
      },
      'ENODEV cxlflash.not-a-flash',
    ],
    [
      'another version',
      (config, at) => {
        config.setUint16(at + VERSION, 2, true);
      },
      'EPROTONOSUPPORT cxlflash.abi',
    ],
    [
      'a capability that is too short',
      (config, at) => {
        config.setUint8(at - 2, 16);
      },
      'EPROTO cxlflash.capability',
    ],
    [
      'no way to submit',
      (config, at) => {
        config.setUint32(at + PAYLOAD + fields.modes.offset, ~FLASH_MODE_IOARRIN, true);
      },
      'EPROTO cxlflash.capability',
    ],
    ...(['contexts', 'host_stride', 'command_room'] as const).map(
      (field): [string, (config: DataView, at: number) => void, string] => [
        `${field} 0`,
        (config, at) => {
          config.setUint32(at + PAYLOAD + fields[field].offset, 0, true);
        },
        'EPROTO cxlflash.capability',
      ],
    ),
    [
      'a BAR that there is not',
      (config, at) => {
        config.setUint8(at + PAYLOAD + fields.host_bar.offset, 6);
      },
      'EPROTO cxlflash.capability',
    ],
    [
      'more windows than the BAR holds',
      (config, at) => {
        config.setUint32(at + PAYLOAD + fields.contexts.offset, 0x1_0000, true);
      },
      'EPROTO cxlflash.capability',
    ],
  ];
  for (const [title, edit, refusal] of rows) {
    it(`${title}: ${refusal}`, async () => {
      await using fixture = await FlashFixture.make();
      const { device } = await fixture.connect(inProcess);
      expect(await refusalOf(Flash.attach(withCapability(device, edit)))).to.equal(refusal);
      await using flash = await Flash.attach(withCapability(device, () => undefined));
      expect(flash.maxContexts).to.equal(8);
    });
  }
});
