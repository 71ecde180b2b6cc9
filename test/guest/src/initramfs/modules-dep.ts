/** The modules of a kernel: by name, with `-` as `_`, the path of each and the paths that it needs. */
export class ModulesDep {
  readonly #paths = new Map<string, string>();
  readonly #needs = new Map<string, readonly string[]>();

  /** Reads `modules.dep` (depmod(8)): one line for each module, `path: path of what it needs …`. */
  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [path = '', ...needs] = line.split(/:? +|:$/).filter((word) => word !== '');
      if (path !== '') {
        this.#paths.set(moduleName(path), path);
        this.#needs.set(path, needs);
      }
    }
  }

  /**
   * The paths of the modules of these names and of all that they need, sorted.
   *
   * @throws RangeError if the kernel has no module of one of the names
   */
  closure(names: readonly string[]): string[] {
    const paths = new Set<string>();
    for (const name of names) {
      const path = this.#paths.get(moduleName(name));
      if (path === undefined) {
        throw new RangeError(`the kernel has no module ${name}`);
      }
      // depmod has followed the dependencies of dependencies already.
      [path, ...this.needs(path)].forEach((each) => paths.add(each));
    }
    return [...paths].sort();
  }

  /** The paths of what the module at `path` needs. */
  needs(path: string): readonly string[] {
    return this.#needs.get(path) ?? [];
  }
}

/** `kernel/drivers/vfio/pci/vfio-pci.ko.xz` and `vfio-pci` are both `vfio_pci`. */
export function moduleName(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return base.replace(/\.ko(\.\w+)?$/, '').replaceAll('-', '_');
}

/** The path of a module after it was decompressed. */
export function withoutCompression(path: string): string {
  return path.replace(/\.ko\.\w+$/, '.ko');
}
