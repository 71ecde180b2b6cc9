export {
  fixedMeasurements,
  type Measurement,
  type MeasurementSource,
} from './measurement-source.js';
export { type SpdmResponderOptions, type SpdmSlot } from './options.js';
export { SpdmResponder } from './responder.js';
