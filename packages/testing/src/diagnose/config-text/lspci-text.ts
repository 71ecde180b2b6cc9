const ROW = 16;
/** Bytes that `lspci -x`, `-xxx` and `-xxxx` show. */
const SIZES = [64, 256, 4096];
/** `bus:device.function`, with a PCI domain of 4 or 5 digits before it or without. */
const ADDRESS = /^(?:[\da-f]{4,5}:)?[\da-f]{2}:[01][\da-f]\.[0-7]$/;

/** Where in config space. Source: PCIe Base Spec 7.5.1. */
const VENDOR = 0x00;
const DEVICE = 0x02;
const REVISION = 0x08;
const CLASS = 0x0a;

/**
 * Config space as `lspci -n -x` (64 bytes), `-xxx` (256) or `-xxxx` (4096) prints it, with the empty line at the end: text that
 * `lspci -F FILE` reads, and decodes with `-vvv`. The texts of several functions, one after the other, are a file, too.
 *
 * `address` is lower case, as `00:00.0` or `0000:00:00.0`. Throws RangeError for other lengths and addresses.
 *
 * Source: pciutils lib/dump.c, lspci.c.
 */
export function lspciText(config: Uint8Array, address = '00:00.0'): string {
  if (!SIZES.includes(config.length)) {
    throw new RangeError(`config space has 64, 256 or 4096 bytes, not ${config.length}`);
  }
  if (!ADDRESS.test(address)) {
    throw new RangeError(`the address of a function is like 00:00.0, not ${address}`);
  }
  const lines = [`${address} ${summary(config)}`];
  for (let at = 0; at < config.length; at += ROW) {
    const bytes = [...config.subarray(at, at + ROW)].map((byte) => digits(byte, 2));
    lines.push(`${digits(at, 2)}: ${bytes.join(' ')}`);
  }
  return `${lines.join('\n')}\n\n`;
}

/** `0c03: 8086:1e26 (rev 04)`: class, ids and revision. */
function summary(config: Uint8Array): string {
  const word = (at: number): string => digits((config[at] ?? 0) | ((config[at + 1] ?? 0) << 8), 4);
  const revision = config[REVISION] ?? 0;
  const ids = `${word(CLASS)}: ${word(VENDOR)}:${word(DEVICE)}`;
  return revision === 0 ? ids : `${ids} (rev ${digits(revision, 2)})`;
}

function digits(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}
