export { DoeInstance, type DoeInstancesServices } from './doe-instance.js';
export { DoeInstances } from './doe-instances.js';
