import type { AddressSpace } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT,
  VFIO_DEVICE_FEATURE_GET,
  VFIO_DEVICE_FEATURE_MASK,
  VFIO_DEVICE_FEATURE_PROBE,
  VFIO_DEVICE_FEATURE_SET,
  VFIO_USER_DEVICE_FEATURE,
  VfioDeviceFeature,
  VfioUserDeviceFeatureDmaLoggingReport,
} from '@mdevkit/uapi';
import { failure as coreFailure } from '@mdevkit/core';
import { failure } from '../errors/index.js';
import type { Connection } from './connection.js';
import { followLogging } from './dirty-pages.js';

const U32_MAX = 0xffff_ffff;
const nothing = new Uint8Array(0);

/**
 * VFIO_DEVICE_FEATURE by messages. What the server writes by messages is not its memory, so the client logs that itself,
 * in `space`, and adds it to what the server reports.
 *
 * Source: docs/interop/vfio-user.rst, VFIO_USER_DEVICE_FEATURE.
 */
export class FeatureCalls {
  readonly #connection: Connection;
  readonly #maxPayload: number;
  readonly #space: AddressSpace;

  /** `maxPayload` is the largest payload that a message has, both ways. */
  constructor(connection: Connection, maxPayload: number, space: AddressSpace) {
    this.#connection = connection;
    this.#maxPayload = maxPayload;
    this.#space = space;
  }

  /** As `feature` of the device contract: the data of a GET, nothing otherwise. */
  async call(flags: number, payload: Uint8Array): Promise<Uint8Array> {
    if (!Number.isInteger(flags) || flags < 0 || flags > U32_MAX) {
      throw coreFailure('feature.flags', { flags });
    }
    const isGet = (flags & VFIO_DEVICE_FEATURE_GET) !== 0 && (flags & PROBE_OR_SET) === 0;
    const data = isGet ? askedIn(flags & VFIO_DEVICE_FEATURE_MASK, payload) : payload;
    const request = new Uint8Array(VfioDeviceFeature.size + data.length);
    const room = Math.min(payload.length, this.#maxPayload - VfioDeviceFeature.size);
    const argsz = isGet ? VfioDeviceFeature.size + room : request.length;
    VfioDeviceFeature.encode({ argsz, flags }, request);
    request.set(data, VfioDeviceFeature.size);
    const reply = await this.#connection.ask(VFIO_USER_DEVICE_FEATURE, request);
    if (!isGet) {
      followLogging(this.#space, flags, payload);
      return nothing;
    }
    const answer = answerIn(reply, flags, room);
    return followLogging(this.#space, flags, answer);
  }
}

const PROBE_OR_SET = VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_SET;

/**
 * What a GET says beside the room that it has: the buffer up to its last byte that is not zero, and all of the fixed
 * part where the feature has one that is read.
 */
function askedIn(feature: number, payload: Uint8Array): Uint8Array {
  const fixed =
    feature === VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT
      ? VfioUserDeviceFeatureDmaLoggingReport.size
      : 0;
  let length = payload.length;
  while (length > fixed && payload[length - 1] === 0) {
    length -= 1;
  }
  return payload.subarray(0, length);
}

function answerIn(reply: Uint8Array, flags: number, room: number): Uint8Array {
  const length = reply.length - VfioDeviceFeature.size;
  if (length < 0 || length > room || flagsOf(reply) !== flags) {
    throw failure('vfio-user.bad-reply', {
      problem: 'not the answer of the feature',
      length,
      room,
    });
  }
  return reply.slice(VfioDeviceFeature.size);
}

function flagsOf(reply: Uint8Array): number {
  return VfioDeviceFeature.decode(reply.subarray(0, VfioDeviceFeature.size)).flags;
}
