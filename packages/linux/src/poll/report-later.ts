/**
 * Throws in a microtask of its own, where it becomes an `uncaughtException` like what any other callback of the event
 * loop throws. What is thrown into libuv itself would come out of some later call of the native part, or get lost.
 */
export function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
