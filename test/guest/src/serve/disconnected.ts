import { type VfioUserServer } from '@mdevkit/vfio-user';
import { withDeadline } from '../support/index.js';

const LIMIT_MS = 20_000;

/** Resolves with the reason when the server's client is gone and the device has let go of it: the next time. */
export async function disconnected(server: VfioUserServer): Promise<string> {
  let watch: Disposable | undefined;
  const gone = new Promise<string>((resolve) => {
    watch = server.onDisconnect(resolve);
  });
  try {
    return await withDeadline(gone, LIMIT_MS, () => new Error('the client is still there'));
  } finally {
    watch?.[Symbol.dispose]();
  }
}
