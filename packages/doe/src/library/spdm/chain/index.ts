export { summarize, type Certificate, type CertificateSummary } from './certificate.js';
export { openChain } from './received-chain.js';
export { TrustAnchors, type TrustedRoot } from './trust-anchors.js';
export { leafOf, readCertificates, verifyChain, type ChainPolicy } from './verify-chain.js';
