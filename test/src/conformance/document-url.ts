/** Where the document is, from this folder as it is built. */
export const documentUrl: URL = new URL('../../../docs/reference/conformance.md', import.meta.url);
