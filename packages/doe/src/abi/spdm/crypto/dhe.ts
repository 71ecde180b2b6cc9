import { createECDH } from 'node:crypto';
import { failure } from '../../../errors/index.js';
import type { DheGroup } from '../algorithms/sessions.js';
import { wipeBytes } from '../bytes/wipe.js';
import { concatBytes } from '../bytes/writer.js';

/** One side of a key exchange. */
export interface Dhe {
  /** X and Y, big-endian, as ExchangeData has them. */
  readonly publicKey: Uint8Array;
  /**
   * The x coordinate that both sides share, from X and Y of the other.
   *
   * @throws MdevError doe.spdm-dhe: not a point of the curve
   */
  readonly agree: (peer: Uint8Array) => Uint8Array;
}

/** First byte of a point that is not compressed (SEC 1, section 2.3.3). */
const UNCOMPRESSED = Uint8Array.of(4);

/** A fresh key. Source: DSP0274 1.2, KEY_EXCHANGE, ExchangeData. */
export function generateDhe({ curve }: DheGroup): Dhe {
  const ecdh = createECDH(curve);
  const publicKey = new Uint8Array(ecdh.generateKeys()).slice(1);
  return {
    publicKey,
    agree: (peer) => {
      try {
        const secret = ecdh.computeSecret(concatBytes([UNCOMPRESSED, peer]));
        const shared = new Uint8Array(secret);
        wipeBytes(secret);
        return shared;
      } catch (cause) {
        throw failure('doe.spdm-dhe', { bytes: peer.length }, cause);
      }
    },
  };
}
