/** Unit of mmap, for clients on every host. */
export const MMAP_PAGE = 4096;
