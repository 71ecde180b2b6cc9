export { type Command, run, withArguments } from './command.js';
export { LabError } from './lab-error.js';
export { type Lab } from './lab.js';
export { openLab } from './open-lab.js';
