import type { KeyObject } from 'node:crypto';
import { createHash } from 'node:crypto';
import { issueChain, NOW, wholeSlot, type TestChain } from './certificates.test-support.js';
import { attest, type AttestationPolicy } from './index.js';
import {
  freshNonce,
  ScriptedDevice,
  type DeviceScript,
  type TestMeasurement,
} from './scripted-device.test-support.js';

/** CERT, CHAL, MEAS_SIG, MEAS_FRESH; and with ENCRYPT, MAC, KEY_EX, HBEAT, KEY_UPD. */
export const PLAIN_FLAGS = 0x36;
export const SESSION_FLAGS = PLAIN_FLAGS | 0x40 | 0x80 | 0x200 | 0x2000 | 0x4000;

const made = new Map<string, Promise<TestChain>>();

/** One chain for all tests that do not mind which. */
export async function commonChain(
  algorithm: 'P-256' | 'P-384' | 'RSA-2048' = 'P-256',
): Promise<TestChain> {
  const chain = made.get(algorithm) ?? issueChain({ algorithm });
  made.set(algorithm, chain);
  return chain;
}

export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export function measurementsOf(...texts: string[]): TestMeasurement[] {
  return texts.map((text, index) => ({
    index: index + 1,
    type: Math.min(index, 3),
    value: sha256(text),
  }));
}

/** A device that does everything right, unless the script says otherwise. */
export function deviceOf(
  chain: { readonly slot: Buffer; readonly key: KeyObject },
  script: Partial<DeviceScript> = {},
): ScriptedDevice {
  return new ScriptedDevice({
    versions: [0x10, 0x11, 0x12, 0x13],
    flags: SESSION_FLAGS,
    hash: 'sha256',
    asym: 0x10,
    signing: 'ecdsa',
    dhe: 8,
    aead: 2,
    key: chain.key,
    slots: new Map([[0, chain.slot]]),
    measurements: measurementsOf('rom', 'firmware', 'config'),
    portion: 300,
    heartbeat: 0,
    nonce: freshNonce,
    ...script,
  });
}

/** A device with the common chain. */
export async function goodDevice(script: Partial<DeviceScript> = {}): Promise<ScriptedDevice> {
  const chain = await commonChain();
  return deviceOf({ slot: wholeSlot(chain, script.hash), key: chain.leaf.key }, script);
}

/** The policy that {@link goodDevice} fits. */
export async function goodPolicy(
  changes: Partial<AttestationPolicy> = {},
): Promise<AttestationPolicy> {
  const { root } = await commonChain();
  return {
    roots: [root.der],
    now: NOW,
    measurements: { 1: sha256('rom'), 2: sha256('firmware'), 3: sha256('config') },
    ...changes,
  };
}

/** The reason for which a device is refused, or `trusted`. */
export async function verdictOf(
  device: ScriptedDevice,
  changes: Partial<AttestationPolicy> = {},
): Promise<string> {
  const { verdict, reason } = await attest(device, await goodPolicy(changes));
  return reason ?? verdict;
}
