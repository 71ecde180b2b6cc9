import type { Algorithms } from '../algorithms/negotiated.js';
import { wipeBytes } from '../bytes/wipe.js';
import type { SpdmVersion } from '../context.js';
import { hkdfExpand, hmac, keyInfo } from './hkdf.js';

/** What the records of one direction are sealed with. */
export interface DirectionKeys {
  readonly key: Uint8Array;
  /** 12 bytes. */
  readonly iv: Uint8Array;
}

/** From the key exchange until FINISH_RSP. Secrets and finished keys are as long as the hash. */
export interface HandshakeSecrets {
  readonly handshake: Uint8Array;
  readonly requestSecret: Uint8Array;
  readonly responseSecret: Uint8Array;
  /** Key of the HMAC in FINISH. */
  readonly requestFinished: Uint8Array;
  /** Key of the HMAC in KEY_EXCHANGE_RSP and FINISH_RSP. */
  readonly responseFinished: Uint8Array;
  readonly request: DirectionKeys;
  readonly response: DirectionKeys;
}

/** After FINISH_RSP. */
export interface ApplicationSecrets {
  readonly master: Uint8Array;
  readonly requestSecret: Uint8Array;
  readonly responseSecret: Uint8Array;
  readonly request: DirectionKeys;
  readonly response: DirectionKeys;
  readonly exportMaster: Uint8Array;
}

/** After KEY_UPDATE. */
export interface UpdatedSecret {
  readonly secret: Uint8Array;
  readonly keys: DirectionKeys;
}

/**
 * Secrets of the handshake: from the x coordinate that both sides share, and the hash TH1.
 *
 * Source: DSP0274 1.2, section Key schedule.
 *
 * @throws RangeError if no cipher was negotiated
 */
export function handshakeSecrets(
  version: SpdmVersion,
  algorithms: Algorithms,
  sharedX: Uint8Array,
  th1: Uint8Array,
): HandshakeSecrets {
  const { hash } = algorithms;
  const handshake = hmac(hash, new Uint8Array(hash.size), sharedX);
  const requestSecret = derive(version, algorithms, handshake, 'req hs data', th1);
  const responseSecret = derive(version, algorithms, handshake, 'rsp hs data', th1);
  return {
    handshake,
    requestSecret,
    responseSecret,
    requestFinished: derive(version, algorithms, requestSecret, 'finished'),
    responseFinished: derive(version, algorithms, responseSecret, 'finished'),
    request: directionKeys(version, algorithms, requestSecret),
    response: directionKeys(version, algorithms, responseSecret),
  };
}

/**
 * Secrets of the session itself: from the secret of the handshake, and the hash TH2.
 *
 * Source: DSP0274 1.2, section Key schedule.
 *
 * @throws RangeError if no cipher was negotiated
 */
export function applicationSecrets(
  version: SpdmVersion,
  algorithms: Algorithms,
  handshakeSecret: Uint8Array,
  th2: Uint8Array,
): ApplicationSecrets {
  const { hash } = algorithms;
  const salt = derive(version, algorithms, handshakeSecret, 'derived');
  const master = hmac(hash, salt, new Uint8Array(hash.size));
  wipeBytes(salt);
  const requestSecret = derive(version, algorithms, master, 'req app data', th2);
  const responseSecret = derive(version, algorithms, master, 'rsp app data', th2);
  return {
    master,
    requestSecret,
    responseSecret,
    request: directionKeys(version, algorithms, requestSecret),
    response: directionKeys(version, algorithms, responseSecret),
    exportMaster: derive(version, algorithms, master, 'exp master', th2),
  };
}

/** The next secret of one direction. Source: DSP0274 1.2, KEY_UPDATE. @throws RangeError if no cipher was negotiated */
export function updatedSecret(
  version: SpdmVersion,
  algorithms: Algorithms,
  secret: Uint8Array,
): UpdatedSecret {
  const next = derive(version, algorithms, secret, 'traffic upd');
  return { secret: next, keys: directionKeys(version, algorithms, next) };
}

/** Zeros everywhere: secrets, finished keys, keys and IVs of either kind. They are of no use afterwards. */
export function wipeSecrets(secrets: HandshakeSecrets | ApplicationSecrets | UpdatedSecret): void {
  for (const secret of Object.values<Uint8Array | DirectionKeys>({ ...secrets })) {
    if (secret instanceof Uint8Array) wipeBytes(secret);
    else wipeBytes(secret.key, secret.iv);
  }
}

function directionKeys(
  version: SpdmVersion,
  { hash, aead }: Algorithms,
  secret: Uint8Array,
): DirectionKeys {
  if (!aead) throw new RangeError('no cipher was negotiated');
  const { keySize, ivSize } = aead;
  return {
    key: hkdfExpand(hash, secret, keyInfo(version, 'key', keySize), keySize),
    iv: hkdfExpand(hash, secret, keyInfo(version, 'iv', ivSize), ivSize),
  };
}

function derive(
  version: SpdmVersion,
  { hash }: Algorithms,
  secret: Uint8Array,
  label: string,
  context?: Uint8Array,
): Uint8Array {
  return hkdfExpand(hash, secret, keyInfo(version, label, hash.size, context), hash.size);
}
