import { join } from 'node:path';
import { type Command } from './command.js';
import { type Lab } from './lab.js';

const libraries = 'usr/lib/x86_64-linux-gnu';
const musl = 'usr/lib/x86_64-linux-musl';

/**
 * The lab in a Debian root. Its programs run without chroot, by the root's own dynamic loader: so any
 * user can run them, and their sockets, files and signals are those of the host.
 */
export function rootedLab(root: string, kernelVersion: string, files: string): Lab {
  const inRoot = (path: string): string => join(root, path);
  const tool = (path: string): Command => ({
    file: inRoot('lib64/ld-linux-x86-64.so.2'),
    args: ['--library-path', inRoot(libraries), inRoot(path)],
  });
  const modules = inRoot(`usr/lib/modules/${kernelVersion}`);
  return {
    root,
    qemu: qemuOf(inRoot, tool('usr/bin/qemu-system-x86_64')),
    kernel: join(modules, 'vmlinuz'),
    modules,
    busybox: inRoot('usr/bin/busybox'),
    files,
    tool,
    compiler: (sources, output) => {
      const tcc = tool('usr/bin/tcc');
      return { ...tcc, args: [...tcc.args, ...staticMusl(inRoot, sources, output)] };
    },
  };
}

/** QEMU looks for its modules and firmware where it was installed; here they are somewhere else. */
function qemuOf(inRoot: (path: string) => string, program: Command): Command {
  return {
    file: program.file,
    args: [...program.args, '-L', inRoot('usr/share/qemu'), '-L', inRoot('usr/share/seabios')],
    env: { QEMU_MODULE_DIR: inRoot(`${libraries}/qemu`) },
  };
}

/**
 * The arguments of tcc for a program that needs no library in the guest. It is linked with musl:
 * tcc does not know the indirect functions of a static glibc. `-w`, because musl and the kernel's
 * headers both define the macros of ioctl numbers.
 */
function staticMusl(
  inRoot: (path: string) => string,
  sources: readonly string[],
  output: string,
): string[] {
  const includes = [
    'usr/include/x86_64-linux-musl',
    `${libraries}/tcc/include`,
    'usr/include',
    'usr/include/x86_64-linux-gnu',
  ];
  return [
    `-B${inRoot(`${libraries}/tcc`)}`,
    '-nostdinc',
    '-w',
    ...includes.map((path) => `-I${inRoot(path)}`),
    '-nostdlib',
    '-static',
    '-o',
    output,
    inRoot(`${musl}/crt1.o`),
    inRoot(`${musl}/crti.o`),
    ...sources,
    inRoot(`${musl}/libc.a`),
    inRoot(`${libraries}/tcc/libtcc1.a`),
    inRoot(`${musl}/crtn.o`),
  ];
}
