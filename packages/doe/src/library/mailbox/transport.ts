export type { DoeTransport, ExchangeOptions } from '../../abi/object/index.js';
