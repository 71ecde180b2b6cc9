import { type Guest } from '../guest/index.js';

/** What a guest needs to have memory on CXL. The drivers of the bus itself are in the kernel. */
export const cxlModules: readonly string[] = [
  'libnvdimm',
  'cxl_pmem',
  'cxl_mem',
  'cxl_pci',
  'cxl_acpi',
];

/** The program of Debian's ndctl that lists what is on the bus. */
export const cxlProgram = '/usr/bin/cxl';

/** One line of `cxl list`, as far as the cases look at it. */
export interface CxlMemdev {
  readonly memdev: string;
  /** Bytes. */
  readonly ram_size?: number;
  readonly pmem_size?: number;
  readonly serial: number;
  /** The address of the function. */
  readonly host: string;
  readonly firmware_version?: string;
}

/** Loads the drivers, each when what it needs is there. Endpoints come later. */
export async function startCxl(guest: Guest): Promise<void> {
  await guest.read(`for module in ${cxlModules.join(' ')}; do modprobe $module || exit; done`);
}

/** Takes the function at this address away from its driver, and gives it back when all of its endpoint is gone. */
export async function bindAgain(guest: Guest, address: string): Promise<void> {
  await guest.read(`
    ${endpointFunction}
    cd /sys/bus/pci/drivers/cxl_pci
    echo ${address} >unbind
    wait_until '! endpoint ${address}' || exit
    echo ${address} >bind`);
}

/** The memory devices by the addresses of their functions, as `cxl list` has them. */
export async function cxlMemdevs(guest: Guest): Promise<ReadonlyMap<string, CxlMemdev>> {
  const list = JSON.parse(await guest.read('cxl list -M')) as readonly CxlMemdev[];
  return new Map(list.map((memdev) => [memdev.host, memdev]));
}

/**
 * The table that the kernel has read from the memory device at this address, as soon as it has
 * (Linux Documentation/ABI/testing/sysfs-bus-cxl, `/sys/bus/cxl/devices/endpointX/CDAT`).
 */
export async function cdatOf(guest: Guest, address: string): Promise<Buffer> {
  const digits = await guest.read(`
    ${endpointFunction}
    wait_until 'endpoint ${address} && [ -e $found/CDAT ]' || exit
    hexdump -v -e '1/1 "%02x"' $found/CDAT`);
  return Buffer.from(digits, 'hex');
}

/**
 * The shell functions `endpoint ADDRESS`, which finds the endpoint of the function at an address, and `wait_until CONDITION`.
 * An endpoint is there when cxl_acpi has found the host bridges and cxl_mem all ports above the memory; its link to the
 * memory device, and CDAT, are there a little later.
 */
const endpointFunction = `
    endpoint() {
      for found in /sys/bus/cxl/devices/endpoint*; do
        case "$(readlink $found/uport)" in */$1/mem*) return 0 ;; esac
      done
      return 1
    }
    wait_until() {
      tries=0
      until eval "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || return 1
        usleep 100000
      done
    }`;
