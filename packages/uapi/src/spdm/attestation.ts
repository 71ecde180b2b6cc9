/**
 * Certificates, challenges and measurements.
 *
 * Source: DSP0274 1.3, messages of authentication and measurement.
 */

/** Slots of certificate chains: 0 .. 7. */
export const SPDM_SLOT_COUNT = 8;
export const SPDM_SLOT_MASK = 0x0f;

/** Bytes of nonces and random data, and of the requester's context (version 1.3). */
export const SPDM_NONCE_SIZE = 32;
export const SPDM_REQUESTER_CONTEXT_SIZE = 8;

/** The most bytes of opaque data. */
export const SPDM_MAX_OPAQUE_SIZE = 1024;

/** GET_CERTIFICATE, second parameter: only the size of the slot is asked for (from version 1.3 on). */
export const SPDM_CERTIFICATE_SLOT_SIZE_REQUESTED = 0x01;

/** Which measurements a summary hash covers. */
export const SPDM_SUMMARY_NONE = 0x00;
export const SPDM_SUMMARY_TCB = 0x01;
export const SPDM_SUMMARY_ALL = 0xff;

/** GET_MEASUREMENTS, first parameter: attributes. */
export const SPDM_MEASUREMENTS_SIGNATURE = 0x01;
export const SPDM_MEASUREMENTS_RAW = 0x02;
/** From version 1.3 on. */
export const SPDM_MEASUREMENTS_NEW = 0x04;

/** GET_MEASUREMENTS, second parameter: an index, or one of these. */
export const SPDM_MEASUREMENTS_COUNT = 0x00;
export const SPDM_MEASUREMENTS_ALL = 0xff;

/** MEASUREMENTS, second parameter: whether what is measured changed since an earlier answer. */
export const SPDM_MEASUREMENTS_CHANGE_MASK = 0x30;
export const SPDM_MEASUREMENTS_CHANGE_UNKNOWN = 0x00;
export const SPDM_MEASUREMENTS_CHANGED = 0x10;
export const SPDM_MEASUREMENTS_UNCHANGED = 0x20;

/** What a measurement is of. */
export const SPDM_MEASUREMENT_ROM = 0;
export const SPDM_MEASUREMENT_FIRMWARE = 1;
export const SPDM_MEASUREMENT_HARDWARE_CONFIG = 2;
export const SPDM_MEASUREMENT_FIRMWARE_CONFIG = 3;
export const SPDM_MEASUREMENT_MANIFEST = 4;
export const SPDM_MEASUREMENT_DEVICE_MODE = 5;
export const SPDM_MEASUREMENT_FIRMWARE_VERSION = 6;
export const SPDM_MEASUREMENT_SVN = 7;
/** The value is not a hash. */
export const SPDM_MEASUREMENT_RAW_BIT = 0x80;

/** Indexes of measurements that are not the maker's to choose. */
export const SPDM_MEASUREMENT_INDEX_MANIFEST = 0xfd;
export const SPDM_MEASUREMENT_INDEX_DEVICE_MODE = 0xfe;
