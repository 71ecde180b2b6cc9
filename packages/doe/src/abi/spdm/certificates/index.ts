export { decodeCertChain, encodeCertChain, MOST_CHAIN, type CertChain } from './chain.js';
export { derEnd } from './der.js';
