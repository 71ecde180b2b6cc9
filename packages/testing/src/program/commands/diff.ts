import { parseArgs } from 'node:util';
import { diffRecordings, type RecordingDifference } from '../../record/index.js';
import { requireFiles, type Command, type Output } from './command.js';
import { readRecordingFile, truncatedOption } from './read-file.js';

export const diffCommand: Command = {
  usage: ['diff A B [--times]             compares two recordings; exit code 1 if they differ'],
  run: async (args, output) => {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { times: { type: 'boolean', default: false }, ...truncatedOption },
    });
    const [a = '', b = ''] = requireFiles(positionals, 'A B');
    const [first, second] = [readRecordingFile(a, values), readRecordingFile(b, values)];
    const differences = diffRecordings(first, second, { times: values.times });
    return tellDifferences(differences, output);
  },
};

/** Prints them, the first one first. Answers the exit code. */
export function tellDifferences(
  differences: readonly RecordingDifference[],
  { out }: Output,
): number {
  for (const { call, text } of differences) {
    out(`call ${call}: ${text}`);
  }
  out(differences.length === 0 ? 'no differences' : `${differences.length} differences`);
  return differences.length === 0 ? 0 : 1;
}
