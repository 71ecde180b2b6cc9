export { places, SEED, usedRegions, type UsedRegion } from '../../support/index.js';
export { commonPlaces, imageOf, readAt, scribble, wordOf, wordsOf, writeAt } from './accesses.js';
export {
  answerOf,
  codeAnswered,
  done,
  fail,
  hex,
  refused,
  settled,
  type Answer,
} from './answer.js';
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
export { modelOf, nameOf, registersIn, type ImplementedRegister } from './registers.js';
export { awake, ready } from './regions.js';
