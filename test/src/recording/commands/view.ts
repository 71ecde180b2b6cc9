import { parseArgs } from 'node:util';
import { viewRecording, type RecordingEntry, type RecordingHeader } from '@mdevkit/testing';
import { requireFiles, UsageError, type Command } from './command.js';
import { streamRecordingFile } from './read-file.js';

export const viewCommand: Command = {
  usage: [
    'view FILE                      prints a recording, one line for each thing that happened',
  ],
  run: async (args, { out }) => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [path = ''] = requireFiles(positionals, 'FILE');
    let header: RecordingHeader | undefined;
    const entries: RecordingEntry[] = [];
    const show = (): void => {
      if (header !== undefined) {
        for (const line of viewRecording({ header, entries })) {
          out(line);
        }
      }
    };
    try {
      for await (const part of streamRecordingFile(path)) {
        if (part.kind === 'header') {
          ({ header } = part);
        } else {
          entries.push(part);
        }
      }
    } finally {
      // Also of a recording that is cut: what there is, and then the error.
      show();
    }
    if (header === undefined) {
      throw new UsageError(`${path} has no header`);
    }
    return 0;
  },
};
