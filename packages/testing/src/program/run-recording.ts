import { printableText } from '@mdevkit/testing';
import { diffCommand } from './commands/diff.js';
import type { Command, Output } from './commands/command.js';
import { UsageError } from './commands/command.js';
import { replayCommand } from './commands/replay.js';
import { vcdCommand } from './commands/vcd.js';
import { viewCommand } from './commands/view.js';

/** By its name. A further one is a file in `commands/` and a line here. */
const commands: Readonly<Record<string, Command>> = {
  view: viewCommand,
  diff: diffCommand,
  replay: replayCommand,
  vcd: vcdCommand,
};

/**
 * Runs the program. Answers its exit code: 1 if there are differences, 2 for an error, which is told in one line.
 */
export async function runRecording(args: readonly string[], output: Output): Promise<number> {
  const [name = '--help', ...rest] = args;
  if (name === '--help' || rest.includes('--help')) {
    help().forEach(output.out);
    return 0;
  }
  try {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) {
      throw new UsageError(
        `there is no command ${name}; there are: ${Object.keys(commands).join(', ')}`,
      );
    }
    return await command.run(rest, output);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    output.error(printableText(`recording: ${message.split('\n')[0] ?? ''}`));
    return 2;
  }
}

function help(): readonly string[] {
  return [
    'mdevkit-recording COMMAND …, in a clone npm run recording -- COMMAND …',
    '',
    ...Object.values(commands).flatMap(({ usage }) => usage.map((line) => `  ${line}`)),
    '',
    '  --allow-truncated              diff, replay and vcd take what there is of a recording that was cut',
  ];
}
