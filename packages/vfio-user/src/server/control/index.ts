export { ControlCommands, type ControlCommandsOptions } from './control-commands.js';
