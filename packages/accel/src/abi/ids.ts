/**
 * PCI identity of the accelerator. The vendor id spells "md" and is not registered with the PCI-SIG: no
 * hardware has it, and a client recognises the device by its capability instead, see `capability.ts`.
 */
export const ACCEL_VENDOR_ID = 0x6d64;
export const ACCEL_DEVICE_ID = 0xacce;

/** Processing accelerators (PCI Code and ID Assignment Specification, base class 12h). */
export const ACCEL_CLASS_CODE = 0x120000;

/**
 * Version of everything in this folder: registers, doorbells, rings and the shared region. It is raised
 * when something that a client relies on changes; what is reserved today may gain a meaning without.
 */
export const ACCEL_ABI_VERSION = 1;

/** What the ID register reads as: "accl" in memory order. */
export const ACCEL_MAGIC = 0x6c_63_63_61;
