import { type Guest } from './guest.js';

/**
 * The addresses (`0000:01:00.0`) of the functions of the guest with this vendor and device id, as the
 * kernel lists them.
 */
export async function pciAddresses(
  guest: Guest,
  vendor: number,
  device: number,
): Promise<string[]> {
  const ids = [vendor, device].map((id) => `0x${id.toString(16).padStart(4, '0')}`).join(' ');
  const list = await guest.read(
    'cd /sys/bus/pci/devices; ' +
      'for each in *; do echo "$each $(cat "$each/vendor") $(cat "$each/device")"; done',
  );
  return list
    .split('\n')
    .filter((line) => line.endsWith(` ${ids}`))
    .map((line) => line.slice(0, line.indexOf(' ')));
}

/**
 * Lets `driver`, a module of the initramfs, drive the function at `address`, whatever ids the driver
 * knows (Linux Documentation/ABI/testing/sysfs-bus-pci, `driver_override`).
 *
 * @throws GuestError if the driver does not take it
 */
async function bindDriver(guest: Guest, address: string, driver: string): Promise<void> {
  const place = `/sys/bus/pci/devices/${address}`;
  await guest.read(`
    set -e
    modprobe ${driver}
    if [ -e ${place}/driver ]; then echo ${address} >${place}/driver/unbind; fi
    echo ${driver} >${place}/driver_override
    echo ${address} >/sys/bus/pci/drivers_probe
    [ "$(basename "$(readlink ${place}/driver)")" = ${driver} ]
  `);
}

/**
 * Gives the function at `address` to programs of the guest, by vfio-pci. The guest needs the modules
 * `vfio-pci` and `vfio_iommu_type1`, and an IOMMU: Debian's kernel has no no-IOMMU mode.
 *
 * @throws GuestError if the driver does not take it
 */
export async function bindVfioPci(guest: Guest, address: string): Promise<void> {
  // vfio asks for it as well, but does not wait for it (Linux drivers/vfio/container.c).
  await guest.read('modprobe vfio_iommu_type1');
  await bindDriver(guest, address, 'vfio-pci');
}
