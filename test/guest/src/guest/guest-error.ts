import { type Qemu } from '../qemu/index.js';

/** What went wrong with a guest, with the end of its console and what its QEMU said. */
export class GuestError extends Error {
  override readonly name = 'GuestError';

  constructor(message: string, { console, messages, ended }: Qemu, cause?: unknown) {
    const end = ended === undefined ? 'runs' : `ended with ${String(ended.code ?? ended.signal)}`;
    super(
      `${message}\n--- its console ends with:\n${console.tail()}\n` +
        `--- its QEMU ${end}, and said:\n${messages.tail()}`,
      { cause },
    );
  }
}
