import {
  defineDriver,
  MdevError,
  MdevHost,
  registerLayout,
  type Dma,
  type Interposer,
  type MdevHostOptions,
  type RangeHandler,
} from '@mdevkit/core';
import { msix, PciFunction, pciLayout, pcieEndpoint, powerManagement } from '@mdevkit/pci';
import { PCI_STATUS, VFIO_PCI_CONFIG_REGION_INDEX } from '@mdevkit/uapi';
import type { MakeHost } from '../../make-host.js';

const layout = pciLayout({
  vendorId: 0x6d64,
  deviceId: 0x5bec,
  classCode: 0x120000,
  bars: { 0: { size: 0x4000 } },
  capabilities: [
    powerManagement(),
    pcieEndpoint(),
    msix({ vectors: 4, table: { bar: 0, offset: 0x2000 }, pba: { bar: 0, offset: 0x3000 } }),
  ],
});

const bells = registerLayout('bells', 0x40, [
  { name: 'BELL', offset: 0, width: 4, access: 'wo', description: 'reads memory at this address' },
]);

const [first = 0x40, second = 0x48, last = 0x50] = layout.capabilities.map(({ at }) => at);

/** What a function that does something wrong has in a byte of configuration space, instead of what is there. */
type Patch = (at: number, byte: number) => number;

interface PciDefect {
  readonly check: string;
  readonly patch?: Patch;
  /** Bytes of configuration space that keep what is written, for ever. */
  readonly writable?: readonly number[];
  readonly ignoresDecode?: boolean;
  readonly ignoresMaster?: boolean;
}

export const pciDefects: Readonly<Record<string, PciDefect>> = {
  'capability list with a loop': {
    check: 'pci-cap-list',
    patch: (at, byte) => (at === last + 1 ? first : byte),
  },
  'capability pointer into the header': {
    check: 'pci-cap-list',
    patch: (at, byte) => (at === last + 1 ? 0x3c : byte),
  },
  'capability over another one': {
    check: 'pci-cap-apart',
    patch: (at, byte) => (at === first + 1 ? first + 4 : byte),
  },
  'capability twice': {
    check: 'pci-cap-once',
    patch: (at, byte) => (at === second ? 0x01 : byte),
  },
  'no capability list bit': {
    check: 'pci-cap-list-bit',
    patch: (at, byte) => (at === PCI_STATUS ? byte & ~0x10 : byte),
  },
  'extended list with a loop': {
    check: 'pci-ext-list',
    patch: (at, byte) => [0x0b, 0x00, 0x01, 0x10][at - 0x100] ?? byte,
  },
  'header of a bridge': {
    check: 'pci-header-layout',
    patch: (at, byte) => (at === 0x0e ? 1 : byte),
  },
  'no vendor': { check: 'pci-vendor', patch: (at, byte) => (at < 2 ? 0xff : byte) },
  'a pin that is none': { check: 'pci-pin', patch: (at, byte) => (at === 0x3d ? 5 : byte) },
  'a pin without INTx': {
    check: 'pci-intx',
    patch: (at, byte) => (at === 0x3d ? (byte === 0 ? 1 : 0) : byte),
  },
  'vendor id can be written': { check: 'pci-constant-vendor-id', writable: [0, 1] },
  'class can be written': { check: 'pci-constant-class-revision', writable: [9] },
  'capability ids can be written': { check: 'pci-cap-constant', writable: [second] },
  'configuration space is kept': { check: 'pci-new-after-close', writable: [0x3c] },
  'BAR asks for too much': {
    check: 'pci-bar-size',
    patch: (at, byte) => (at === 0x11 ? byte & 0x80 : byte),
  },
  'kind of a BAR changes': { check: 'pci-bar-kind', writable: [0x10] },
  'a BAR that is not there': { check: 'pci-bar-regions', writable: [0x14, 0x15, 0x16, 0x17] },
  'MSI-X with more vectors': {
    check: 'pci-msix',
    patch: (at, byte) => (at === last + 2 ? byte + 1 : byte),
  },
  'MSI-X table outside of its BAR': {
    check: 'pci-msix-table',
    patch: (at, byte) => (at === last + 6 ? 1 : byte),
  },
  'MSI-X PBA in no BAR': {
    check: 'pci-msix-pba',
    patch: (at, byte) => (at === last + 8 ? byte | 7 : byte),
  },
  'memory enable is ignored': { check: 'pci-decode', ignoresDecode: true },
  'bus master enable is ignored': { check: 'pci-master-0', ignoresMaster: true },
};

/** A sound function, or one that is broken by what stands between it and its client. */
export function pciHost(defect?: PciDefect): MakeHost {
  return async (options: MdevHostOptions): Promise<MdevHost> => {
    const broken = defect === undefined ? [] : [breaker(defect)];
    const host = new MdevHost({
      ...options,
      interposers: [...broken, ...(options.interposers ?? [])],
    });
    await host.load(
      defineDriver({
        name: 'function',
        deviceApi: 'vfio-pci',
        types: [{ id: 'one' }],
        parents: [{ name: 'function0', capacity: 4 }],
        model: ({ irqs, dma }) => {
          const port = (): Dma => (defect?.ignoresMaster === true ? dma : pci.dma);
          const bars = {
            0: [{ kind: 'trapped', offset: 0, size: 0x40, handler: bell(port) }],
          } as const;
          const pci = new PciFunction(layout, { irqs, dma, bars });
          const { regions, irqs: indexes } = pci;
          return { deviceApi: 'vfio-pci', regions, irqs: indexes, reset: () => undefined };
        },
      }),
    );
    return host;
  };
}

/** Reads memory; what is not there is the client's fault. */
function bell(port: () => Dma): RangeHandler {
  return bells.instantiate({
    BELL: {
      write: (address) => {
        try {
          port().read(address, new Uint8Array(4));
        } catch (error) {
          if (!MdevError.is(error)) {
            throw error;
          }
        }
      },
    },
  });
}

function breaker({ patch, writable = [], ignoresDecode = false }: PciDefect): Interposer {
  return {
    interpose: () => {
      const kept = new Map<number, number>();
      return {
        call: (call, proceed) => {
          if (call.kind !== 'read' && call.kind !== 'write') {
            return proceed();
          }
          if (call.region !== VFIO_PCI_CONFIG_REGION_INDEX) {
            return ignoresDecode ? heedless(proceed, call.length) : proceed();
          }
          const answer = proceed();
          for (let i = 0; i < call.length; i++) {
            const at = call.offset + i;
            if (call.kind === 'write' && writable.includes(at)) {
              kept.set(at, call.data.getUint8(call.at + i));
            }
            if (call.kind === 'read') {
              const byte = kept.get(at) ?? call.data.getUint8(call.at + i);
              call.data.setUint8(call.at + i, patch?.(at, byte) ?? byte);
            }
          }
          return answer;
        },
      };
    },
  };
}

function heedless<T>(proceed: () => T, length: number): T {
  try {
    return proceed();
  } catch {
    return length as T;
  }
}
