import type { SessionContext } from '../context.js';

/** DEVICE_RESET: no payload either way. Maps, and what is bound to interrupts, stay. */
export async function deviceReset({ endpoint }: SessionContext): Promise<undefined> {
  await endpoint.whileQuiet('reset', () => endpoint.reset());
}
