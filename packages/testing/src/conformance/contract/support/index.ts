export { commonPlaces, imageOf, readAt, scribble, wordOf, wordsOf, writeAt } from './accesses.js';
export { answerOf, codeOf, done, fail, hex, refused, settled, type Answer } from './answer.js';
export {
  check,
  either,
  group,
  unless,
  unlessPci,
  unlessReset,
  unlessTwo,
  type Run,
  type Without,
} from './checks.js';
export { attach, FILLER, ioctl, structure } from './ioctl.js';
export { places, SEED } from './places.js';
export { modelOf, nameOf, registersIn, type ImplementedRegister } from './registers.js';
export { awake, ready, usedRegions, type UsedRegion } from './regions.js';
