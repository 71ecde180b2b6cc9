import type { RecordedDevice, RecordedError, RecordedValue } from './entry.js';

const SHOWN_BYTES = 16;

/**
 * A text that may come from anywhere, as it can be shown on one line of a terminal: characters that control it, or the order
 * of what it shows, become `\u{…}`. A text that was made so stays as it is.
 */
export function printableText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

/** Up to 8 bytes as a little endian number of their width, more as they come, and no more than 16 of them. */
export function bytesText(bytes: Uint8Array): string {
  if (bytes.length > 0 && bytes.length <= 8) {
    return `0x${Buffer.from(bytes).reverse().toString('hex')}`;
  }
  const shown = Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('hex');
  const more = bytes.length > SHOWN_BYTES ? '…' : '';
  return `[${shown}${more}] (${bytes.length} bytes)`;
}

export function addressText(address: RecordedValue): string {
  return typeof address === 'bigint' || (typeof address === 'number' && Number.isInteger(address))
    ? hex(address)
    : valueText(address);
}

export function valueText(value: RecordedValue): string {
  if (value instanceof Uint8Array) {
    return bytesText(value);
  }
  if (Array.isArray(value)) {
    return `[${(value as readonly RecordedValue[]).map(valueText).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([name, each]) => `${name} ${valueText(each)}`);
    return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
  }
  return typeof value === 'string' ? value : String(value);
}

export function errorText({ code, reason }: RecordedError): string {
  return code === '' ? 'an error that is no MdevError' : `${code} ${reason}`;
}

/** Where an access goes: the register by its name if it is known, else the offset in the region. */
export function placeText(device: RecordedDevice, index: number, offset: number): string {
  const region = device.regions.find((each) => each.index === index);
  if (region === undefined) {
    return `region ${index}+${addressText(offset)}`;
  }
  const register = region.registers?.find(
    (each) => offset >= each.offset && offset < each.offset + each.width,
  );
  if (register === undefined) {
    return `${region.name}+${addressText(offset)}`;
  }
  const inside = offset - register.offset;
  return `${region.name}.${register.name}${inside === 0 ? '' : `+${inside}`}`;
}

/** An interrupt by the name of its index. */
export function irqText(device: RecordedDevice, index: number, subindex: number): string {
  const irq = device.irqs.find((each) => each.index === index);
  return `${irq?.name ?? `irq ${index}`}[${subindex}]`;
}

function hex(value: number | bigint): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
