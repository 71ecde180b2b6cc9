import { type Command } from './command.js';

/** What guests are made of: a QEMU, a kernel with its modules, and programs for the initramfs. */
export interface Lab {
  /** Folder that stands for `/` when a program or a library is looked for: `/` if they are the host's. */
  readonly root: string;
  /** Runs `qemu-system-x86_64`. */
  readonly qemu: Command;
  /** A bzImage. */
  readonly kernel: string;
  /** The folder `…/lib/modules/VERSION`, with `modules.dep`. */
  readonly modules: string;
  /** A static busybox. */
  readonly busybox: string;
  /** A folder that can be written, where initramfs and compiled guest programs are kept. */
  readonly files: string;
  /** Runs a program of the lab, named by its absolute path inside the root, on the host. */
  tool(path: string): Command;
  /** Compiles C sources into one static program. */
  compiler(sources: readonly string[], output: string): Command;
}
