import { LabError } from './lab-error.js';
import { openLab } from './open-lab.js';

/*
 * Makes the lab if it is absent and prints the folder that stands for its `/`.
 */
function say(line: string): void {
  process.stderr.write(`lab: ${line}\n`);
}

try {
  const lab = await openLab(say);
  process.stdout.write(`${lab.root}\n`);
} catch (error) {
  if (!(error instanceof LabError)) {
    throw error;
  }
  if (error.detail !== '') {
    process.stderr.write(`${error.detail}\n`);
  }
  say(error.message);
  process.exitCode = 1;
}
