import type { DeviceModel } from '@mdevkit/core';
import { placedRegistersIn, type Bench, type PlacedRegister } from '../../bench/index.js';
import type { UsedRegion } from '../../support/index.js';

/** A register, as the model of the device under test says what it has. */
export interface ImplementedRegister extends Omit<PlacedRegister, 'region'> {
  readonly region: UsedRegion;
}

/** The model that was opened last: all models of a type have the same registers. */
export function modelOf({ watch }: Bench): DeviceModel | undefined {
  const opened = watch.hooks.findLast(({ hook }) => hook === 'open');
  return opened === undefined ? undefined : watch.mdev(opened.mdev).inner;
}

/** The registers that a region has, in order; none in configuration space, and where a handler does not say what it has. */
export function registersIn(bench: Bench, region: UsedRegion): readonly ImplementedRegister[] {
  const model = modelOf(bench);
  return model === undefined || region.isConfig
    ? []
    : placedRegistersIn(model, region.index).map((placed) => ({ ...placed, region }));
}

/** For messages. */
export function nameOf({ name, region }: ImplementedRegister): string {
  return `register ${name} of region ${region.index}`;
}
