export { ObjectPlane, type ObjectLimits, type ObjectPlaneOptions } from './object-plane.js';
