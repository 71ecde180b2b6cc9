import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Interposer } from '@mdevkit/core';
import { diagnosticsFromEnvironment } from '../diagnose/index.js';
import { describeFault, FaultInjector, readFaultPlan } from '../fault/index.js';
import { recorderFromEnvironment } from '../record/index.js';

/** What the environment wants to stand around the mdevs of a program. */
export interface EnvironmentInterposers {
  /** For `MdevHostOptions`. */
  readonly interposers: readonly Interposer[];
  /** What they have done until now, a line each. */
  readonly report: () => string[];
  /** How many faults they have injected until now. */
  readonly faults: number;
}

/**
 * The interposers that a user asks for by environment variables. From the client to the model:
 *
 * - RECORD: the file of a recording, see `recorderFromEnvironment`;
 * - DIAGNOSE: `burndown`, `spin`, or 1 for both;
 * - FAULT_PLAN: a plan as `readFaultPlan` takes it.
 *
 * Paths are relative to where npm was called. Throws EINVAL `fault.plan`, RangeError for what cannot be diagnosed, and the
 * error of open(2) for a recording that could not be written: before anything runs, and without a file left by the others.
 */
export function interposersFromEnvironment(
  env: NodeJS.ProcessEnv = process.env,
): EnvironmentInterposers {
  const recorder = recorderFromEnvironment(env);
  const diagnostics = diagnosticsFromEnvironment(env);
  const injector = injectorFromEnvironment(env);
  if (recorder !== undefined) {
    requireWritable(resolve(env['INIT_CWD'] ?? '.', env['RECORD'] ?? ''));
  }
  return {
    interposers: [recorder, ...diagnostics.interposers, injector].filter(
      (interposer) => interposer !== undefined,
    ),
    report: () => [...diagnostics.lines(), ...(injector === undefined ? [] : linesOf(injector))],
    get faults() {
      return injector?.injected ?? 0;
    },
  };
}

/** The file of the first mdev. One that exists keeps what it has until there is an mdev. */
function requireWritable(path: string): void {
  closeSync(openSync(path, 'a'));
}

function injectorFromEnvironment(env: NodeJS.ProcessEnv): FaultInjector | undefined {
  const text = env['FAULT_PLAN'];
  return text === undefined || text.trim() === ''
    ? undefined
    : new FaultInjector(readFaultPlan(text, env['INIT_CWD']));
}

function linesOf({ log, injected }: FaultInjector): string[] {
  const lines = log.map((fault) => `fault: ${describeFault(fault)}`);
  return injected > log.length ? [...lines, `and ${injected - log.length} more faults`] : lines;
}
