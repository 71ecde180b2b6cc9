import { AddressSpace } from '@mdevkit/core';
import { expect } from 'chai';
import { describeCalls, type Bench } from '../bench/index.js';
import type { ConformanceCheck, ConformanceGroup } from '../check.js';
import {
  both,
  codeOf,
  findPasidStep,
  FLIGHT_MS,
  namedPasidStep,
  needs,
  needsFlight,
  needsWork,
  pasidCalls,
  playWithPasid,
  recordWork,
  type Step,
  type WorkScript,
} from './support/index.js';

type FindStep = (bench: Bench, script: WorkScript) => Promise<Step | undefined>;

const canBind = needs(
  'PASIDs',
  async (device) => (await codeOf(device.bind(new AddressSpace()))) === 'done',
);

/** The check applies if the work writes what a PASID can stand in for. */
function needsStep(find: FindStep, why: string): NonNullable<ConformanceCheck['without']> {
  const found: NonNullable<ConformanceCheck['without']> = async (bench) =>
    (await find(bench, await recordWork(bench))) === undefined ? why : undefined;
  return both(needsWork, canBind, found);
}

async function stepOf(
  bench: Bench,
  find: FindStep,
): Promise<{ readonly script: WorkScript; readonly step: Step }> {
  const script = await recordWork(bench);
  const step = await find(bench, script);
  if (step === undefined) {
    throw new Error('the work wrote a PASID before, and does not now');
  }
  return { script, step };
}

async function asked(bench: Bench): Promise<void> {
  const { script, step } = await stepOf(bench, namedPasidStep);
  const flight = await playWithPasid(bench, script, step);
  await bench.settle(FLIGHT_MS);
  const calls = pasidCalls(bench, flight);
  expect(calls.length, 'accesses to memory with the PASID of the work').to.be.greaterThan(0);
}

async function unbound(bench: Bench): Promise<void> {
  const { script, step } = await stepOf(bench, findPasidStep);
  const flight = await playWithPasid(bench, script, step);
  await bench.within('an unbind', flight.binding.unbind());
  bench.watch.forget();
  await bench.settle(FLIGHT_MS);
  const calls = pasidCalls(bench, flight);
  expect(calls, `the device did ${describeCalls(calls)}`).to.have.length(0);
}

/** Work in the further address spaces of a client. */
export const pasidWork: ConformanceGroup = {
  name: 'work with a PASID',
  checks: [
    {
      id: 'pasid-work-asked',
      title:
        'work that is given a PASID, in the register that is called so, reaches memory by it (PCIe Base Spec 6.20)',
      without: needsStep(namedPasidStep, 'the work writes to no register called PASID'),
      run: asked,
    },
    {
      id: 'pasid-work-unbind',
      title:
        'row pasid draining: no work goes on with a PASID that was unbound (drivers/misc/ocxl/context.c, ocxl_context_detach)',
      without: both(needsFlight, needsStep(findPasidStep, 'no write of the work takes a PASID')),
      run: unbound,
    },
  ],
};
