/**
 * Why a DATA_STORAGE event came: bits of its `dsisr`.
 *
 * Source: drivers/misc/cxl/cxl.h, CXL_PSL_DSISR_An_*; arch/powerpc/include/asm/reg.h, DSISR_*.
 */

/** The address could not be used (DM), always set. */
export const DSISR_DATA = 1n << 62n;
/** Nothing is mapped there (M). */
export const DSISR_UNMAPPED = 0x4000_0000n;
/** What is mapped does not allow the access (P). */
export const DSISR_PROTECTION = 0x0800_0000n;
/** The access was a store (S). */
export const DSISR_STORE = 0x0200_0000n;
