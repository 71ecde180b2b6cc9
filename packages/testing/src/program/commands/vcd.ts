import { parseArgs } from 'node:util';
import { vcdOfRecording } from '../../diagnose/index.js';
import { requireFiles, type Command } from './command.js';
import { readRecordingFile, truncatedOption } from './read-file.js';

export const vcdCommand: Command = {
  usage: ['vcd FILE                       prints it as waveforms, for GTKWave and its like'],
  run: (args, output) => {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: truncatedOption,
    });
    const [file = ''] = requireFiles(positionals, 'FILE');
    output.out(vcdOfRecording(readRecordingFile(file, values)).trimEnd());
    return Promise.resolve(0);
  },
};
