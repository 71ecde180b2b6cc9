import type { Attestation, MeasurementReport } from '@mdevkit/doe';

/** An attestation for people, line by line. */
export function report(attestation: Attestation): readonly string[] {
  const { version, algorithms, chain, measurements, session, verdict } = attestation;
  return [
    ...(version === undefined ? [] : [`SPDM ${version}${spoken(algorithms)}`]),
    ...chain.map(
      ({ subject, issuer }) => `certificate: ${oneLine(subject)}, issued by ${oneLine(issuer)}`,
    ),
    ...measurements.map(measurementLine),
    ...(session === undefined
      ? []
      : [`session 0x${session.id.toString(16)}: the same inside of it`]),
    ...(verdict === 'trusted' ? ['verdict: trusted'] : refusal(attestation)),
  ];
}

function refusal({ reason = '', detail = '' }: Attestation): readonly string[] {
  return [`because: ${oneLine(detail)}`, `verdict: refused, ${reason}`];
}

function measurementLine({ index, type, value, expected, ok }: MeasurementReport): string {
  const found = type === 'missing' ? 'missing' : `(${type}) ${shortened(value)}`;
  const judged = expected === undefined ? 'NOT LISTED' : `NOT ${shortened(expected)}`;
  return `measurement ${index}: ${found}, ${ok ? 'as expected' : judged}`;
}

/** What the algorithms are for, where their names do not say it. */
const words: Readonly<Record<string, string>> = {
  measurementHash: 'measurements',
  dhe: 'key exchange',
  aead: 'cipher',
};

function spoken(algorithms: Attestation['algorithms']): string {
  return algorithms === undefined
    ? ''
    : `: ${Object.entries(algorithms)
        .filter(([, name]) => typeof name === 'string')
        .map(([what, name]) => `${words[what] ?? what} ${name}`)
        .join(', ')}`;
}

/** What a device says of itself goes to a terminal: nothing but printable characters. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]+/g, ' ');
}

function shortened(hex: string): string {
  return hex.length > 32 ? `${hex.slice(0, 32)}…` : hex;
}

/** An attestation for programs, on one line. It may be seen on a terminal, too: all of it is printable. */
export function reportJson(attestation: Attestation): string {
  return JSON.stringify(attestation).replaceAll(
    // What JSON leaves as it is: RFC 8259, section 7, asks for escapes below U+0020 alone.
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
