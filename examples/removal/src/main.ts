import { runExample } from '@mdevkit/testing';
import { main } from './program.js';

process.exitCode = await runExample(main);
