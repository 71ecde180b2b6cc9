import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { say } from '../../child.test-support.js';
import { EventFd } from '../../eventfd/index.js';

/* A worker that is ended while it watches, and then a process that exits while it does. */
const event = EventFd.create();
event.subscribe(() => undefined);
if (isMainThread) {
  const worker = new Worker(fileURLToPath(import.meta.url));
  worker.once('message', () => {
    void worker.terminate().then(() => {
      say('left');
      process.exit(0);
    });
  });
} else {
  parentPort?.postMessage('watching');
}
