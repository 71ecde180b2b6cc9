import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FaultPlan } from '../plan.js';
import { broken } from './checks.js';
import { parseFaultPlan } from './parse-plan.js';
import { randomPlan } from './random-plan.js';

const SEED = /^seed:(\d{1,10})$/;

/**
 * A plan as people give it in one word: JSON, which begins with a brace; `seed:N` for {@link randomPlan}; or the path of a
 * file with JSON, relative to `folder`. Throws EINVAL `fault.plan`.
 */
export function readFaultPlan(text: string, folder = '.'): FaultPlan {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    return parseJson(trimmed, 'plan');
  }
  if (trimmed.startsWith('seed:')) {
    const seed = Number(SEED.exec(trimmed)?.[1] ?? Number.NaN);
    if (!(seed < 2 ** 32)) {
      throw broken('plan', `${trimmed} is not seed: and an integer of 0 .. ${2 ** 32 - 1}`);
    }
    return randomPlan(seed);
  }
  return parseJson(readText(trimmed, folder), trimmed);
}

function readText(path: string, folder: string): string {
  try {
    return readFileSync(resolve(folder, path), 'utf8');
  } catch (error) {
    throw broken(path, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseJson(text: string, at: string): FaultPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(at, `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return parseFaultPlan(value);
}
