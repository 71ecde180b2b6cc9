/**
 * Where registers lie in the AFU's memory: a window of SIZE_64K for each context with its
 * {@link SislHostMap}; behind them {@link SislCtrlMap}s, 128 bytes apart, a cache line of POWER;
 * behind those 64 KiB with {@link SislGlobalRegs} and, from the third page of 4 KiB on, the banks
 * of ports. In a bank stand the registers of its ports and then their tables of LUNs, 8 bytes
 * each.
 *
 * Source: `drivers/scsi/cxlflash/sislite.h`.
 */
export const SIZE_4K = 4096;
export const SIZE_64K = 65_536;

/** How many contexts there are. */
export const CXLFLASH_MAX_CONTEXT = 512;

/** How many ports there are in a bank, banks, and ports in all. */
export const CXLFLASH_NUM_FC_PORTS_PER_BANK = 2;
export const CXLFLASH_MAX_FC_BANKS = 2;
export const CXLFLASH_MAX_FC_PORTS = CXLFLASH_NUM_FC_PORTS_PER_BANK * CXLFLASH_MAX_FC_BANKS;

/** Entries of a port's table of LUNs, and registers of a port. */
export const CXLFLASH_NUM_VLUNS = 512;
export const CXLFLASH_NUM_REGS = 512;
