import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseRecording, type Recording } from '@mdevkit/testing';

/** What `record-boot.ts` has recorded. */
export const bootPath = fileURLToPath(
  new URL('../../src/recording/fixtures/qemu-boot-gpio.cbor', import.meta.url),
);

export function bootRecording(): Recording {
  return parseRecording(readFileSync(bootPath));
}
