import { ManualClock } from '../clock/manual-clock.js';
import { MdevError } from '../errors/index.js';
import type { DeviceModel } from '../device/index.js';
import type { ParentIommuOptions } from '../iommu/index.js';
import { defineDriver, type ModelServices } from './define-driver.js';
import { MdevHost, type MdevHostOptions } from './mdev-host.js';

/** How a test makes its driver fail or watches it. */
export interface TestDriverOptions {
  readonly name?: string;
  readonly parents?: readonly string[];
  readonly capacity?: number;
  readonly iommu?: ParentIommuOptions;
  readonly model?: (services: ModelServices) => Partial<DeviceModel>;
}

/** A driver of types `one` (1 unit) and `two` (2 units); its models have neither regions nor interrupts. */
export function testDriver(options: TestDriverOptions = {}): ReturnType<typeof defineDriver> {
  const name = options.name ?? 'test';
  return defineDriver({
    name,
    deviceApi: 'vfio-platform',
    types: [{ id: 'one' }, { id: 'two', units: 2, name: 'Two units', algorithms: ['copy'] }],
    parents: (options.parents ?? ['p0']).map((parent) => ({
      name: parent,
      capacity: options.capacity ?? 4,
      iommu: options.iommu ?? {},
    })),
    model: (services) => ({
      deviceApi: 'vfio-platform',
      regions: [],
      irqs: [],
      ...options.model?.(services),
    }),
  });
}

/** A host with a hand-driven clock and one loaded test driver. */
export async function hostWith(
  driver: TestDriverOptions = {},
  options: MdevHostOptions = {},
): Promise<{ host: MdevHost; clock: ManualClock }> {
  const clock = new ManualClock();
  const host = new MdevHost({ clock, removalGraceMs: 100, ...options });
  await host.load(testDriver(driver));
  return { host, clock };
}

/** The UUID of number `n`. */
export function uuidOf(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** `CODE reason` of what a call throws, or `ok`. */
export async function outcome(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'ok';
  } catch (error) {
    return MdevError.is(error) ? `${error.code} ${error.reason}` : String(error);
  }
}

/** Lets every promise that can settle now do so. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
