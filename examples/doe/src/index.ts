export { makeDemo, type Demo } from './demo.js';
export { manifestPath, readManifest, writeManifest, type Manifest } from './manifest.js';
export { parseTamper } from './options.js';
export { DemoServer } from './serve.js';
export { tampers, type Tamper } from './tamper.js';
