import { MdevError } from '@mdevkit/core';
import { VfioUserVersion } from '@mdevkit/uapi';
import { parseVersion, type ReceivedVersion } from './index.js';

/** What QEMU 11.1.3 sends, blanks as it puts them. */
export const QEMU_JSON =
  '{"capabilities": {"pgsizes": 4096, "max_msg_fds": 16, "max_dma_maps": 65535, ' +
  '"max_data_xfer_size": 1048576, "migration": {"max_bitmap_size": 268435456, "pgsize": 4096}, ' +
  '"write_multiple": true}}';

export const RUST_VMM_JSON =
  '{"capabilities":{"max_msg_fds":1,"max_data_xfer_size":1048576,"migration":{"pgsize":4096}}}';

export const SAMPLE_JSON = '{"capabilities":{"max_msg_fds":32,"max_data_xfer_size":1048576}}';

export const TWIN_SAMPLE_JSON =
  '{"capabilities":{"max_msg_fds":32,"max_data_xfer_size":1048576,"twin_socket":{"supported":true}}}';

export const MDEVKIT_JSON =
  '{"capabilities":{"max_msg_fds":16,"max_data_xfer_size":1048576,"max_dma_maps":65535,' +
  '"pgsizes":4096,"migration":{"pgsize":4096,"max_bitmap_size":1048576},"write_multiple":true,' +
  '"twin_socket":{"supported":true}}}';

/** The payload of a VERSION whose data are any bytes. */
export function payload(data: Uint8Array, minor = 0, major = 0): Uint8Array {
  return VfioUserVersion.encode({ major, minor, data: [...data] });
}

/** The payload of a VERSION with a JSON text and its NUL. */
export function jsonPayload(text: string, minor = 0): Uint8Array {
  return payload(new TextEncoder().encode(`${text}\0`), minor);
}

/** Reads a VERSION with a JSON text. */
export function version(text: string, minor = 0): ReceivedVersion {
  return parseVersion(jsonPayload(text, minor));
}

/** Code and reason of what a function throws. */
export function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (MdevError.is(error)) {
      return `${error.code} ${error.reason}`;
    }
    throw error;
  }
  return 'none';
}
