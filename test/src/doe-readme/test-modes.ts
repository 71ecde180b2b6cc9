import { DoeGrantClass } from '@mdevkit/doe';
import type { Device } from '@mdevkit/core';

/** Asks which test modes there are. */
export async function testModes(device: Device): Promise<Uint8Array> {
  await using control = await device.control();
  const compliance = { at: 0x180, vendor: 0x1e98, type: 0, to: 'client' } as const;
  const { handle } = await control.call(DoeGrantClass, 'create', compliance);
  const request = Uint8Array.of(0, 0, 0, 0);
  const { response } = await control.call(DoeGrantClass, 'exchange', { handle, request });
  return response;
  // The grant goes with the client, and the feature is nobody's again.
}
