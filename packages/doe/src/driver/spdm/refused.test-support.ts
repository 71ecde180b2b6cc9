import type { SpdmResponderOptions } from './options.js';
import type { SpdmResponder } from './responder.js';
import { makeDevice } from './device.test-support.js';
import { RawRequester, type Offer, type Version } from './raw-requester.test-support.js';
import { RawSession, type Exchange } from './raw-session.test-support.js';

export const versions: readonly Version[] = [0x10, 0x11, 0x12, 0x13];
/** Those that have sessions. */
export const later: readonly Version[] = versions.slice(1);

export async function responderOf(
  options: Partial<SpdmResponderOptions> = {},
): Promise<SpdmResponder> {
  return (await makeDevice(options)).responder;
}

export async function requesterOf(
  version: Version,
  options: Partial<SpdmResponderOptions> = {},
): Promise<RawRequester> {
  return new RawRequester(await responderOf(options), version);
}

export async function connected(
  version: Version,
  options: Partial<SpdmResponderOptions> = {},
  offer: Offer = {},
): Promise<RawRequester> {
  const requester = await requesterOf(version, options);
  await requester.connect(offer);
  return requester;
}

export async function capabilitiesCode(
  version: Version,
  flags: number,
): Promise<number | undefined> {
  const requester = await requesterOf(version);
  await requester.getVersion();
  return (await requester.sendBytes(requester.getCapabilitiesRequest({ flags })))[1];
}

export async function refused(
  requester: RawRequester,
  ...parts: readonly (number | Uint8Array)[]
): Promise<string> {
  return (await requester.send(...parts)).toString('hex');
}

/** What a key exchange is answered with. */
export async function exchanged(requester: RawRequester, exchange: Exchange): Promise<string> {
  const session = new RawSession(await responderOf(), requester);
  await session.exchange(Buffer.alloc(0), exchange);
  return session.response.toString('hex');
}

export function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
