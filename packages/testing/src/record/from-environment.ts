import { resolve } from 'node:path';
import { fileSink } from './file-sink.js';
import { Recorder } from './recorder.js';

/**
 * The recorder that `RECORD=PATH` asks for, or undefined: the recording of the first mdev goes to PATH, that of the second
 * to PATH.2, and so on. A relative path begins where npm was called.
 */
export function recorderFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Recorder | undefined {
  const { RECORD: name, INIT_CWD: folder = '.' } = environment as {
    readonly RECORD?: string;
    readonly INIT_CWD?: string;
  };
  if (name === undefined || name === '') {
    return undefined;
  }
  const path = resolve(folder, name);
  let mdevs = 0;
  return new Recorder({
    open: () => {
      mdevs += 1;
      return fileSink(mdevs === 1 ? path : `${path}.${mdevs}`);
    },
  });
}
