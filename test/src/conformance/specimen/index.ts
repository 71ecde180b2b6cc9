export { JobEngine, type JobBus } from './job-engine.js';
export { Note, NOTE_PUT, Notes, type NoteState } from './notes.js';
export { configRegionOf, PciSpecimen, specimenFunction } from './pci-specimen.js';
export {
  DONE_INDEX,
  ERROR_INDEX,
  LINE_INDEX,
  platformIrqs,
  PlatformSpecimen,
} from './platform-specimen.js';
export {
  JOB_MS,
  specimenRegisters,
  STATUS_BUSY,
  STATUS_DONE,
  STATUS_FAULT,
  VECTORS,
  type SpecimenRegister,
  type SpecimenRegisters,
} from './registers.js';
export { Seats } from './seats.js';
export { specimenDriver } from './specimen-driver.js';
export { SpecimenImage, type SpecimenState } from './specimen-image.js';
export { SpecimenMigration } from './specimen-migration.js';
export { MEMORY_SIZE, MODE_FEATURE, Specimen, type SpecimenServices } from './specimen.js';
export { specimenWork } from './work.js';
