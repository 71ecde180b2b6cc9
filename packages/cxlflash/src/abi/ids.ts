/**
 * PCI identity of the flash AFU. The vendor id spells "md" and is not registered with the PCI-SIG: no hardware has it, and a
 * client recognises the device by its capability, see `capability.ts`.
 */
export const FLASH_VENDOR_ID = 0x6d64;
export const FLASH_DEVICE_ID = 0xf1a5;

/** Mass storage controller, other (PCI Code and ID Assignment Specification, base class 01h). */
export const FLASH_CLASS_CODE = 0x018000;

/** Version of everything in this folder. It is raised when something that a client relies on changes. */
export const FLASH_ABI_VERSION = 1;
