export { interposersFromEnvironment, type EnvironmentInterposers } from './environment.js';
export type { ExampleWorld } from './example-world.js';
export { runExample, type ExampleMain } from './run-example.js';
