import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { captureTrace, type Trace } from './trace.js';

const openings = new Map<number, Trace>();

/** Where the descriptor `fd` was opened last, if it was through `node:fs`. */
export function traceOfOpening(fd: number): Trace | undefined {
  return openings.get(fd);
}

/**
 * Remembers who opens files. The functions of `node:fs` are wrapped because a descriptor itself tells
 * nothing of its origin, and the handles that Node announces are made far from the call.
 */
export function watchOpenings(): void {
  const { openSync, open } = fs;
  const openHandle = fs.promises.open;

  fs.openSync = function remembered(...args): number {
    const trace = captureTrace(remembered);
    const fd = openSync(...args);
    openings.set(fd, trace);
    return fd;
  };

  function rememberedOpen(...args: unknown[]): void {
    const trace = captureTrace(rememberedOpen);
    const callback = args.pop();
    if (typeof callback === 'function') {
      args.push((error: unknown, fd?: number): void => {
        if (fd !== undefined) {
          openings.set(fd, trace);
        }
        Reflect.apply(callback, undefined, [error, fd]);
      });
    } else {
      args.push(callback);
    }
    Reflect.apply(open, fs, args);
  }
  fs.open = Object.assign(rememberedOpen, { __promisify__: open.__promisify__ });

  fs.promises.open = async function remembered(...args): Promise<fs.promises.FileHandle> {
    const trace = captureTrace(remembered);
    const handle = await openHandle(...args);
    openings.set(handle.fd, trace);
    return handle;
  };
  syncBuiltinESMExports();
}
