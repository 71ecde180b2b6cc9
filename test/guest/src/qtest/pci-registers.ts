/** Offsets in configuration space (PCI Express Base 7.0, section 7.5.1). */
export const config = {
  id: 0x00,
  command: 0x04,
  status: 0x06,
  headerType: 0x0e,
  bar0: 0x10,
  busNumbers: 0x18,
  memoryWindow: 0x20,
  capabilities: 0x34,
} as const;

/** Bits of the command register. */
export const command = { io: 1, memory: 2, busMaster: 4 } as const;

/** Capability ids. */
export const capability = { msi: 0x05, express: 0x10, msix: 0x11 } as const;
