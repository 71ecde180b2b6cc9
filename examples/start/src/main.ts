import { run } from './run.js';

const { stdout, stderr, env } = process;
// npm runs scripts in the repository; INIT_CWD is where the user called it.
const cwd = env['INIT_CWD'] ?? process.cwd();
process.exitCode = await run(process.argv.slice(2), { stdout, stderr, cwd });
