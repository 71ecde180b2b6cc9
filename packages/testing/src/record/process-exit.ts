/** What is to be done when this process exits. There is one process, and one listener however many ask for it. */
const callbacks = new Set<() => void>();

/** Calls back when the process exits, also because nobody caught an error; not when it is killed. */
export function onProcessExit(callback: () => void): Disposable {
  if (callbacks.size === 0) {
    process.on('exit', callAll);
  }
  callbacks.add(callback);
  return {
    [Symbol.dispose]: () => {
      callbacks.delete(callback);
      if (callbacks.size === 0) {
        process.off('exit', callAll);
      }
    },
  };
}

function callAll(): void {
  for (const callback of callbacks) {
    callback();
  }
}
