import { expect } from 'chai';
import { makeDevice, type Device } from './device.test-support.js';
import type { SpdmResponderOptions } from './options.js';
import { RawRequester, type Offer, type Version } from './raw-requester.test-support.js';
import { RawSession } from './raw-session.test-support.js';

export interface Opening extends Partial<SpdmResponderOptions> {
  readonly version?: Version;
  readonly offer?: Offer;
  readonly summary?: number;
}

export interface Opened {
  readonly device: Device;
  readonly requester: RawRequester;
  readonly chain: Buffer;
  readonly session: RawSession;
}

/** A device, and a session with it up to KEY_EXCHANGE_RSP. */
export async function open(opening: Opening = {}): Promise<Opened> {
  const { version = 0x12, offer, summary = 0, ...options } = opening;
  const device = await makeDevice(options);
  const requester = new RawRequester(device.responder, version);
  await requester.connect(offer);
  const chain = await requester.chain(0);
  const session = new RawSession(device.responder, requester);
  expect(await session.exchange(chain, { summary })).to.equal(true);
  expect(session.verified).to.equal(true);
  return { device, requester, chain, session };
}

/** The same, after FINISH_RSP. */
export async function established(opening: Opening = {}): Promise<Opened> {
  const opened = await open(opening);
  expect((await opened.session.finish())[1]).to.equal(0x65);
  return opened;
}
