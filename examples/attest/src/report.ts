import type { Attestation } from '@mdevkit/doe';

/** An attestation for people, line by line. */
export function report(attestation: Attestation): readonly string[] {
  const { version, algorithms, chain, measurements, session, verdict, reason } = attestation;
  return [
    ...(version === undefined ? [] : [`SPDM ${version}${spoken(algorithms)}`]),
    ...chain.map(
      ({ subject, issuer }) => `certificate: ${oneLine(subject)}, issued by ${oneLine(issuer)}`,
    ),
    ...measurements.map(
      ({ index, type, value, ok }) =>
        `measurement ${index} (${type}): ${shortened(value)} ${ok ? 'as expected' : 'NOT AS EXPECTED'}`,
    ),
    ...(session === undefined
      ? []
      : [`session 0x${session.id.toString(16)}: the same inside of it`]),
    verdict === 'trusted' ? 'verdict: trusted' : `verdict: refused, ${reason ?? ''}`,
  ];
}

function spoken(algorithms: Attestation['algorithms']): string {
  return algorithms === undefined
    ? ''
    : `, ${Object.values(algorithms)
        .filter((name) => typeof name === 'string')
        .join(', ')}`;
}

/** What a device says of itself goes to a terminal: nothing but printable characters. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ');
}

function shortened(hex: string): string {
  return hex.length > 32 ? `${hex.slice(0, 32)}…` : hex;
}
