import type { Device } from '@mdevkit/core';
import {
  VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT as REPORT,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_START as START,
  VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP as STOP,
  VFIO_DEVICE_FEATURE_GET as GET,
  VFIO_DEVICE_FEATURE_SET as SET,
} from '@mdevkit/uapi';

/** A range of IOVAs. */
export interface LoggedRange {
  readonly iova: number;
  readonly length: number;
}

const REPORT_HEADER = 24;

/** The DMA logging of a device as its client asks for it: features 6, 7 and 8. */
export class DmaLogging {
  readonly #client: Device;

  constructor(client: Device) {
    this.#client = client;
  }

  /** No ranges log everything. */
  async start(pageSize: number, ranges: readonly LoggedRange[]): Promise<void> {
    const numbers = ranges.flatMap(({ iova, length }) => [iova, length]);
    await this.#client.feature(START | SET, words(pageSize, ranges.length, ...numbers));
  }

  async stop(): Promise<void> {
    await this.#client.feature(STOP | SET, new Uint8Array(0));
  }

  /** The indices of the dirty pages of a range, ascending; they are clean afterwards. */
  async report({ iova, length }: LoggedRange, pageSize: number): Promise<readonly number[]> {
    const pages = length / pageSize;
    const request = new Uint8Array(REPORT_HEADER + 8 * Math.ceil(pages / 64));
    request.set(words(iova, length, pageSize));
    const { data } = await this.#client.feature(REPORT | GET, request);
    const bitmap = data.subarray(REPORT_HEADER);
    const dirty: number[] = [];
    for (let page = 0; page < 8 * bitmap.length; page++) {
      if ((bitmap[page >> 3]! & (1 << (page & 7))) !== 0) {
        dirty.push(page);
      }
    }
    return dirty;
  }
}

function words(...values: readonly number[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}
