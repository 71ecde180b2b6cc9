import type { Device, MigrationData } from '@mdevkit/core';
import {
  VFIO_DEVICE_STATE_RESUMING,
  VFIO_DEVICE_STATE_STOP,
  VFIO_DEVICE_STATE_STOP_COPY,
} from '@mdevkit/uapi';
import type { Bench } from '../../bench/index.js';
import { codeAnswered, done, fail } from '../support/index.js';

/** Bytes of an image at the most: more is no image, but an endless stream. */
const LONGEST = 2 ** 28;

/** The whole image of a device, which is in STOP_COPY afterwards. `piece` is how much is read at a time, in bytes. */
export async function imageFrom(
  bench: Bench,
  device: Device,
  piece = 0x1_0000,
): Promise<Uint8Array> {
  const way = device.setMigrationState(VFIO_DEVICE_STATE_STOP_COPY);
  const session = await done(bench, 'a way to STOP_COPY', way);
  return readAll(bench, session ?? fail('STOP_COPY was reached without a data session'), piece);
}

export async function readAll(
  bench: Bench,
  session: MigrationData,
  piece: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const part = new Uint8Array(piece);
    const count = await done(bench, 'a read of the image', session.read(part));
    if (count === 0) {
      break;
    }
    parts.push(part.subarray(0, count));
    length += count;
    if (length > LONGEST) {
      fail(`the image has no end: ${length} bytes were read`);
    }
  }
  return joined(parts, length);
}

/** Brings a device into RESUMING and gives it an image. */
export async function into(
  bench: Bench,
  device: Device,
  image: Uint8Array,
  piece = 0x1_0000,
): Promise<void> {
  const way = device.setMigrationState(VFIO_DEVICE_STATE_RESUMING);
  const session = await done(bench, 'a way to RESUMING', way);
  await write(bench, session ?? fail('RESUMING was reached without a data session'), image, piece);
}

async function write(
  bench: Bench,
  session: MigrationData,
  image: Uint8Array,
  piece: number,
): Promise<void> {
  for (let at = 0; at < image.length; at += piece) {
    const part = image.slice(at, at + piece);
    await done(bench, 'a write of the image', session.write(part));
  }
}

/** Gives a device an image that may be broken: `done` once it has taken all of it and stopped, or the errno. */
export async function offer(bench: Bench, device: Device, image: Uint8Array): Promise<string> {
  const way = device.setMigrationState(VFIO_DEVICE_STATE_RESUMING);
  const session = await done(bench, 'a way to RESUMING', way);
  const data = session ?? fail('RESUMING was reached without a data session');
  const written = await codeAnswered(bench, 'a write of a broken image', data.write(image.slice()));
  return written === 'done'
    ? codeAnswered(
        bench,
        'the end of a broken image',
        device.setMigrationState(VFIO_DEVICE_STATE_STOP),
      )
    : written;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
