import { parseArgs } from 'node:util';
import { RecordingView } from '../../record/index.js';
import { requireFiles, type Command } from './command.js';
import { streamRecordingFile } from './read-file.js';

export const viewCommand: Command = {
  usage: [
    'view FILE                      prints a recording, one line for each thing that happened, as it is read',
  ],
  run: async (args, { out }) => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [path = ''] = requireFiles(positionals, 'FILE');
    const view = new RecordingView();
    try {
      for await (const part of streamRecordingFile(path)) {
        view.push(part).forEach(out);
      }
    } finally {
      // Also of a recording that is cut: what there is, and then the error.
      view.end().forEach(out);
    }
    return 0;
  },
};
