import { createHash } from 'node:crypto';

/** What a lab is made of. A change of any word here makes a new lab. */
export const recipe = {
  version: 2,
  mirror: 'http://deb.debian.org/debian',
  suite: 'trixie',
  backports: 'trixie-backports',
  /** Installed with what they depend on. */
  installed: [
    'qemu-system-x86',
    'busybox-static',
    'kmod',
    'pciutils',
    'cxl',
    'tcc',
    'linux-libc-dev',
    'xz-utils',
    'zstd',
  ],
  /** Only unpacked: their dependencies or their scripts are of no use here. */
  unpacked: ['musl-dev'],
  /** The series of the kernel; the newest release of it that has all its packages is taken. */
  kernelSeries: '7.2',
  kernelPackages: ['linux-base', 'linux-binary', 'linux-modules'],
} as const;

/** Names the folder of a lab of this recipe. */
export function recipeStamp(): string {
  return createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
}

/**
 * The newest kernel of `series` of which all of {@link recipe}'s kernel packages are among
 * `packageNames`, as its modules' folder is named: `7.2.12+deb13-amd64`.
 */
export function newestKernel(packageNames: readonly string[], series: string): string | undefined {
  const known = new Set(packageNames);
  return packageNames
    .map((name) => /^linux-binary-((\d+\.\d+)\.\d+\+deb\d+-amd64)$/.exec(name))
    .filter((match) => match?.[2] === series)
    .map((match) => match?.[1] ?? '')
    .filter((version) => recipe.kernelPackages.every((name) => known.has(`${name}-${version}`)))
    .sort((a, b) => patchLevel(a) - patchLevel(b))
    .at(-1);
}

function patchLevel(version: string): number {
  return Number(/^\d+\.\d+\.(\d+)/.exec(version)?.[1]);
}
