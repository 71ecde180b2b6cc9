export {
  readCertificate,
  summarize,
  type Certificate,
  type CertificateSummary,
} from './certificate.js';
export { openChain, type ReceivedChain } from './received-chain.js';
export { TrustAnchors, type TrustedRoot } from './trust-anchors.js';
export { leafOf, readCertificates, verifyChain, type ChainPolicy } from './verify-chain.js';
