import { ManualClock } from '@mdevkit/core';
import {
  issueAuthority,
  issueIdentity,
  type KeyKind,
  type SpdmIdentity,
} from '../identity/index.js';
import type { Measurement } from './measurement-source.js';
import type { SpdmResponderOptions } from './options.js';
import { SpdmResponder } from './responder.js';

export const validity = {
  from: new Date('2026-01-01T00:00:00Z'),
  until: new Date('2046-01-01T00:00:00Z'),
};

const identities = new Map<string, Promise<SpdmIdentity>>();

/** Keys take their time: each is made once. */
export async function identityOf(key: KeyKind, number = 0): Promise<SpdmIdentity> {
  const name = `${key} ${number}`;
  const identity =
    identities.get(name) ??
    issueAuthority({ validity, key: 'p256' }).then((authority) =>
      issueIdentity({ validity, authority, key, serial: '0a', intermediate: number > 0 }),
    );
  identities.set(name, identity);
  return identity;
}

/** ROM, firmware, a configuration, and a version that is never hashed. */
export const measurements: readonly Measurement[] = [
  { index: 1, type: 0, value: Buffer.from('rom of the device') },
  { index: 2, type: 1, value: Buffer.from('firmware 1.2.3') },
  { index: 5, type: 2, value: Buffer.from('fuses') },
  { index: 0xfd, type: 4, value: Buffer.from('manifest'), raw: true },
];

export interface Device {
  readonly responder: SpdmResponder;
  readonly clock: ManualClock;
  /** What is measured from now on. */
  list: readonly Measurement[];
}

/** A device with slots 0 and 2, unless told otherwise. */
export async function makeDevice(
  options: Partial<SpdmResponderOptions> & { readonly key?: KeyKind } = {},
): Promise<Device> {
  const { key = 'p256', ...rest } = options;
  const clock = new ManualClock();
  const slots = { 0: await identityOf(key), 2: await identityOf(key, 1) };
  const source = { measure: (): readonly Measurement[] => device.list };
  const responder = new SpdmResponder({ slots, measurements: source, clock, ...rest });
  const device: Device = { responder, clock, list: measurements };
  return device;
}
