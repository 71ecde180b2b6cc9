/**
 * Versions of the interface, as attributes `api_version` and `api_version_compatible` show them:
 * the one that is served, and the oldest whose users still work.
 *
 * Source: `drivers/misc/cxl/cxl.h`.
 */
export const CXL_API_VERSION = 3;
export const CXL_API_VERSION_COMPATIBLE = 1;
