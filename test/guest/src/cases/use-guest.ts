import { after, afterEach, before, beforeEach } from 'mocha';
import { boot, type Guest, type GuestOptions } from '../guest/index.js';
import { type Lab, openLab } from '../lab/index.js';

/** More than any deadline inside a case: what a case waits for is what is reported. */
const CASE_LIMIT_MS = 180_000;

/** Opens the lab before the suite's first case. */
export function useLab(): () => Lab {
  let lab: Lab | undefined;
  before(async function (): Promise<void> {
    // Every step of making one has its own deadline.
    this.timeout(0);
    lab = await openLab((line) => process.stderr.write(`lab: ${line}\n`));
  });
  beforeEach(function (): void {
    this.currentTest?.timeout(CASE_LIMIT_MS);
  });
  return () => defined(lab);
}

/**
 * Boots a guest for all cases of the suite, which ends with them. When a case fails, the end of the
 * guest's console is shown. `options` is called when the hooks before it have run.
 */
export function useGuest(options: () => GuestOptions): () => Guest {
  const lab = useLab();
  let guest: Guest | undefined;
  before(async function (): Promise<void> {
    this.timeout(CASE_LIMIT_MS);
    guest = await boot(lab(), options());
  });
  afterEach(function (): void {
    if (this.currentTest?.state === 'failed' && guest !== undefined) {
      const { console: log, messages } = guest.qemu;
      const title = this.currentTest.fullTitle();
      process.stderr.write(`--- console at the end of "${title}":\n${log.tail()}\n`);
      process.stderr.write(`--- QEMU said:\n${messages.tail()}\n`);
    }
  });
  after(async () => {
    await guest?.[Symbol.asyncDispose]();
    guest = undefined;
  });
  return () => defined(guest);
}

function defined<T>(value: T | undefined): T {
  if (value === undefined) {
    throw new Error('used before the hooks of its suite have run');
  }
  return value;
}
