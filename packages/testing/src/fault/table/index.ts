export { faultsAt, fitsAt, isFaultPoint, narrowsAt, type FaultName } from './fitting.js';
export { callPoints, clientCallKinds, modelPoints, type CallPoint } from './points.js';
export { clientSites, partingSite, sites, type Site } from './sites.js';
