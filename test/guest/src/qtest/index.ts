export { type Bar } from './bar.js';
export { HotplugSlot } from './hotplug-slot.js';
export { enableMsi, MsixTable, type MsiMessage } from './msi.js';
export { PciBus, type AddressRange } from './pci-bus.js';
export { PciFunction } from './pci-function.js';
export { PciHost } from './pci-host.js';
export { capability, command, config } from './pci-registers.js';
export { QtestClient, type MemoryWidth, type PortWidth } from './qtest-client.js';
export { QtestMachine } from './qtest-machine.js';
