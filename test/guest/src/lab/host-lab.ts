import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command } from './command.js';
import { LabError } from './lab-error.js';
import { type Lab } from './lab.js';

/** What takes the place of a made lab, by the environment variable that names it. */
const required = {
  qemu: 'MDEVKIT_QEMU',
  kernel: 'MDEVKIT_KERNEL',
  modules: 'MDEVKIT_MODULES',
  busybox: 'MDEVKIT_BUSYBOX',
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The lab that `MDEVKIT_QEMU` (qemu-system-x86_64, 10.1 or later), `MDEVKIT_KERNEL` (a bzImage),
 * `MDEVKIT_MODULES` (`…/lib/modules/VERSION`) and `MDEVKIT_BUSYBOX` (static) name. `lspci`, `setpci`,
 * `xz`, `zstd` and `cc` are those of the host. `undefined` if none of the four is set.
 *
 * @throws LabError if some are missing, or name what is not there
 */
export function hostLab(environment: Environment, files: string): Lab | undefined {
  const names = Object.values(required);
  const unset = names.filter((name) => (environment[name] ?? '') === '');
  if (unset.length === names.length) {
    return undefined;
  }
  if (unset.length > 0) {
    throw new LabError(`a lab of the host's own programs needs ${unset.join(', ')} as well`);
  }
  const at = (name: string): string => environment[name] ?? '';
  const missing = names.filter((name) => !existsSync(at(name)));
  if (missing.length > 0) {
    throw new LabError(missing.map((name) => `${name}=${at(name)} does not exist`).join(', '));
  }
  return {
    root: '/',
    qemu: { file: at(required.qemu), args: [] },
    kernel: at(required.kernel),
    modules: at(required.modules),
    busybox: at(required.busybox),
    files,
    tool: (path): Command => ({ file: basename(path), args: [] }),
    compiler: (sources, output): Command => ({
      file: 'cc',
      args: ['-O2', '-static', '-o', output, ...sources],
    }),
  };
}
