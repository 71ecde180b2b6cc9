import { runRecording } from './program.js';

/* `npm run recording -- …`; see `--help`. */
process.exitCode = await runRecording(process.argv.slice(2), {
  out: (line) => void process.stdout.write(`${line}\n`),
  error: (line) => void process.stderr.write(`${line}\n`),
});
