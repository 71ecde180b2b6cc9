export { clockOf, type FakeTimers } from './clock-of.js';
export type { DmaRecord, FakeDmaAccess } from './dma-record.js';
export { FakeDma, type FakeDmaOptions } from './fake-dma.js';
export { FakeEvents } from './fake-events.js';
export { FakeIrqs, type FakeFire, type FakeIrqsOptions } from './fake-irqs.js';
export { FakeLogger, type FakeLogLevel, type FakeLogLine } from './fake-logger.js';
export { fakeServices, type FakeServices, type FakeServicesOptions } from './fake-services.js';
export { FakeSpace, type FakeDmaMap, type MemoryWatcher } from './fake-space.js';
export { readRegister, writeRegister, type RegisterWidth } from './register-access.js';
