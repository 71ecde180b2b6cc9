export { failure, linuxReasons, type LinuxReason } from './errors.js';
export {
  FileMemory,
  memoryFrom,
  SharedMemory,
  type CreateOptions,
  type DescriptorOptions,
} from './memory/index.js';
