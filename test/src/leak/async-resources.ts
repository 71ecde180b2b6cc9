import { createHook } from 'node:async_hooks';
import type { Holding } from './holding.js';
import { captureTrace, type Trace } from './trace.js';

/** The kinds of resource, by their name in `node:async_hooks`, that keep a process alive or a descriptor open. */
const watched: ReadonlyMap<string, string> = new Map([
  ['Timeout', 'a timer'],
  ['Immediate', 'an immediate'],
  ['FILEHANDLE', 'a file handle'],
  ['DIRHANDLE', 'a directory handle'],
  ['FSEVENTWRAP', 'a file watcher'],
  ['STATWATCHER', 'a file watcher'],
  ['PIPEWRAP', 'a pipe or local socket'],
  ['PIPESERVERWRAP', 'a local socket server'],
  ['TCPWRAP', 'a TCP socket'],
  ['TCPSERVERWRAP', 'a TCP server'],
  ['UDPWRAP', 'a UDP socket'],
  ['PROCESSWRAP', 'a child process'],
  ['WORKER', 'a worker thread'],
  ['MESSAGEPORT', 'a message port'],
]);

/**
 * What the resources have in common: handles and timers have `hasRef`, some handles have `fd`. A timer
 * that fired or was cleared still answers `hasRef` with true in Node 20; `_destroyed` tells it.
 */
interface Resource {
  hasRef?(): boolean;
  readonly fd?: number;
  readonly _destroyed?: boolean;
}

/**
 * Reports every such resource that is made from now on to `found`. It is held while it would keep the
 * process from ending; one that was unref'd is not.
 *
 * There is deliberately no `destroy` callback: with one, Node tracks the collection of every promise.
 */
export function watchAsyncResources(found: (holding: Holding) => void): void {
  function init(_id: number, type: string, _trigger: number, resource: Resource): void {
    const what = watched.get(type);
    if (what !== undefined) {
      found(new ResourceHolding(what, captureTrace(init), resource));
    }
  }
  createHook({ init }).enable();
}

class ResourceHolding implements Holding {
  constructor(
    readonly what: string,
    readonly trace: Trace,
    readonly resource: Resource,
  ) {}

  isHeld(): boolean {
    if (this.resource._destroyed === true) {
      return false;
    }
    return this.resource.hasRef?.() ?? this.descriptor() !== undefined;
  }

  descriptor(): number | undefined {
    const { fd } = this.resource;
    return fd !== undefined && fd >= 0 ? fd : undefined;
  }
}
