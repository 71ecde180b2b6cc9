import { Extension } from '@peculiar/x509';
import { encodeCmaAltName, type CmaName } from '../../abi/cma/index.js';
import { issueCertificate, type Issued, type Validity } from './issue-certificate.js';
import { identityFrom, type SpdmIdentity } from './identity.js';
import type { KeyKind } from './key-kind.js';

/** Subject Alternative Name (RFC 5280, section 4.2.1.6). */
const SUBJECT_ALT_NAME = '2.5.29.17';

/** Who signs the certificates of devices. */
export interface AuthorityOptions {
  /** Common name; `mdevkit root` by default. */
  readonly name?: string;
  /** `p384` by default. */
  readonly key?: KeyKind;
  readonly validity: Validity;
  /** Hexadecimal; `01` by default. */
  readonly serial?: string;
}

/** A root that several identities may have in common. */
export interface SpdmAuthority {
  /** DER: what a requester has to trust. */
  readonly certificate: Uint8Array;
  readonly issued: Issued;
}

export interface IdentityOptions {
  /** Of the device, and of the certificates above it unless they are given. `p384` by default. */
  readonly key?: KeyKind;
  /** Of every certificate that is made. Nothing here reads a clock. */
  readonly validity: Validity;
  /** Who signs; without one, a root of its own is made. */
  readonly authority?: SpdmAuthority;
  /** Whether a certificate stands between root and leaf. */
  readonly intermediate?: boolean;
  /** Common name of the leaf; `mdevkit device` by default. */
  readonly name?: string;
  /** Serial number of the leaf, hexadecimal, at most 20 bytes; `03` by default. */
  readonly serial?: string;
  /** The function that the leaf speaks for, as its config space names it. */
  readonly cma?: CmaName;
}

/** Makes a root (RFC 5280, section 3.2). */
export async function issueAuthority(options: AuthorityOptions): Promise<SpdmAuthority> {
  const issued = await issueCertificate({
    name: options.name ?? 'mdevkit root',
    key: options.key ?? 'p384',
    validity: options.validity,
    serial: options.serial ?? '01',
    authority: true,
  });
  return { certificate: issued.certificate, issued };
}

/**
 * Makes what a device proves itself with: its key, and the certificates from the root to it.
 *
 * Source: DSP0274 1.2, section 10.8; PCI Express Base Specification 6.0, section 6.31.3.
 */
export async function issueIdentity(options: IdentityOptions): Promise<SpdmIdentity> {
  const { validity, key = 'p384' } = options;
  const root = options.authority ?? (await issueAuthority({ validity, key }));
  const between =
    options.intermediate === true
      ? await issueCertificate(
          { name: 'mdevkit intermediate', key, validity, serial: '02', authority: true },
          root.issued,
        )
      : undefined;
  const leaf = await issueCertificate(
    {
      name: options.name ?? 'mdevkit device',
      key,
      validity,
      serial: options.serial ?? '03',
      authority: false,
      extensions:
        options.cma === undefined
          ? []
          : [new Extension(SUBJECT_ALT_NAME, false, encodeCmaAltName(options.cma))],
    },
    between ?? root.issued,
  );
  const chain = [root.certificate, ...(between === undefined ? [] : [between.certificate])];
  return identityFrom({ chain: [...chain, leaf.certificate], key: leaf.key });
}
