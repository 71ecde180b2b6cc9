import { AsnConvert } from '@peculiar/asn1-schema';
import {
  DirectoryString,
  GeneralName,
  OtherName,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509';
import { CMA_NAME_OID, cmaText, type CmaName } from './cma-name.js';

/**
 * The value of a Subject Alternative Name extension that holds the name of a function: an otherName of the PCI-SIG, with a
 * UTF8String.
 *
 * Source: RFC 5280, section 4.2.1.6; PCI Express Base Specification 6.0, section 6.31.3.
 *
 * @throws RangeError for a number that has more digits than its place
 */
export function encodeCmaAltName(name: CmaName): Uint8Array<ArrayBuffer> {
  const value = AsnConvert.serialize(new DirectoryString({ utf8String: cmaText(name) }));
  const otherName = new OtherName({ typeId: CMA_NAME_OID, value });
  return new Uint8Array(
    AsnConvert.serialize(new SubjectAlternativeName([new GeneralName({ otherName })])),
  );
}

/**
 * Every name of that kind in the value of a Subject Alternative Name extension, of which there may be none. One that is no
 * UTF8String reads as empty. The bytes may be anything.
 */
export function decodeCmaAltNames(extension: Uint8Array): string[] {
  const names = parse(extension, SubjectAlternativeName) ?? new SubjectAlternativeName();
  return [...names]
    .map(({ otherName }) => otherName)
    .filter((other) => other?.typeId === CMA_NAME_OID)
    .map((other) => parse(new Uint8Array(other?.value ?? []), DirectoryString)?.utf8String ?? '');
}

/** Undefined for what is none. */
function parse<T>(bytes: Uint8Array, type: new () => T): T | undefined {
  try {
    return AsnConvert.parse(bytes, type);
  } catch {
    return undefined;
  }
}
