import { derEnd } from '../../abi/spdm/index.js';
import { failure } from '../../errors/index.js';

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g;

/** Of a SEQUENCE, which a certificate is; no text begins so far. */
const SEQUENCE = 0x30;

/**
 * The certificates of files as DER, in their order: of PEM text with anything around its blocks, and of DER, one behind the
 * other.
 *
 * Source: RFC 7468, section 5; X.690, section 8.1.3.
 *
 * @throws MdevError `doe.identity-encoding`
 */
export function splitCertificates(
  files: string | Uint8Array | readonly (string | Uint8Array)[],
): Uint8Array[] {
  const all = typeof files === 'string' || files instanceof Uint8Array ? [files] : files;
  return all.flatMap((file) => {
    const certificates =
      typeof file !== 'string' && file[0] === SEQUENCE
        ? fromDer(file)
        : fromPem(typeof file === 'string' ? file : Buffer.from(file).toString('latin1'));
    if (certificates.length === 0) {
      throw failure('doe.identity-encoding', { what: 'certificates' });
    }
    return certificates;
  });
}

function fromPem(text: string): Uint8Array[] {
  return [...text.matchAll(PEM)].map(([, base64 = '']) =>
    Uint8Array.from(Buffer.from(base64, 'base64')),
  );
}

function fromDer(bytes: Uint8Array): Uint8Array[] {
  const certificates: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = derEnd(bytes, at);
    if (end === undefined) {
      throw failure('doe.identity-encoding', { what: 'certificate', at });
    }
    certificates.push(bytes.slice(at, end));
    at = end;
  }
  return certificates;
}
