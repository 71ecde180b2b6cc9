/**
 * Finds and loads the code of driver packages. Injected, so that a host decides from where, and a test loads
 * nothing at all.
 */
export interface PackageImporter {
  /** The parsed package.json and its folder as a URL that ends in `/`. Rejects when there is none. */
  manifest(packageName: string): Promise<{ readonly manifest: unknown; readonly folder: string }>;
  /** Imports one module by URL and returns its namespace. */
  load(url: string): Promise<unknown>;
}
