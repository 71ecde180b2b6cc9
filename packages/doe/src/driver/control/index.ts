export { doeObjects } from './doe-objects.js';
