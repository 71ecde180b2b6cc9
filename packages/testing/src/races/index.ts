export { checkRaces, type RaceOptions } from './check-races.js';
export type { RaceClock } from './race-clock.js';
export { RaceFailure, type RaceFinding } from './race-failure.js';
export type { Race, RaceStep } from './race.js';
