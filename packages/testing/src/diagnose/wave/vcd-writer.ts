import { identifierCode, ScopeTree } from './vcd-scopes.js';

/** Of a variable: `wire` and `reg` have `width` bits, an `event` has none, an `integer` has 32. */
export type VcdType = 'wire' | 'reg' | 'integer' | 'event';

export interface VcdVariable {
  /** From the outermost; at least one. */
  readonly scope: readonly string[];
  readonly name: string;
  readonly type: VcdType;
  /** Bits; 1 without it. */
  readonly width?: number;
  /** Its value at time 0: digits 0, 1 and x, the highest bit first. Unknown without it; an event has none. */
  readonly initial?: string;
}

export interface VcdOptions {
  /** `1us` without it. */
  readonly timescale?: VcdTimescale;
  /** Value changes that are kept, 1,000,000 without it. What comes later is lost, and the text says so. */
  readonly limit?: number;
}

export type VcdTimescale = '1us' | '1ns';

const TICKS_PER_MS: Readonly<Record<VcdTimescale, number>> = { '1us': 1e3, '1ns': 1e6 };
const DEFAULT_LIMIT = 1_000_000;

/**
 * Writes a value change dump, which viewers of waveforms read. Variables may be declared at any time: the text is made at
 * the end. A value that is the one before is not a change; an event always is.
 *
 * Source: IEEE Std 1364-2005, clause 18.
 */
export class VcdWriter {
  readonly #timescale: VcdTimescale;
  readonly #limit: number;
  readonly #scopes = new ScopeTree();
  readonly #variables: VcdVariable[] = [];
  /** By variable. */
  readonly #values: string[] = [];
  readonly #lines: string[] = [];
  #changes = 0;
  #lost = 0;
  #now = 0;

  constructor({ timescale = '1us', limit = DEFAULT_LIMIT }: VcdOptions = {}) {
    this.#timescale = timescale;
    this.#limit = limit;
  }

  /**
   * A new variable, by its number. Names become identifiers: what cannot stand in one is `_`, and one that is taken gets a
   * number behind it.
   */
  declare(variable: VcdVariable): number {
    const number = this.#variables.length;
    const width = widthOf(variable);
    this.#scopes.add(variable.scope, variable.name, `${variable.type} ${width}`, number);
    this.#variables.push(variable);
    this.#values.push(valueLine(variable, number, variable.initial ?? 'x'));
    return number;
  }

  /**
   * The variable has another value (as {@link VcdVariable.initial}; any for an event), `ms` milliseconds after the start.
   * Time does not go back: what comes too early is at the time of the last change. RangeError for an unknown variable.
   */
  change(number: number, ms: number, value: string): void {
    const variable = this.#variables[number];
    if (variable === undefined) {
      throw new RangeError(`there is no variable ${number}`);
    }
    const line = valueLine(variable, number, value);
    if (variable.type !== 'event' && this.#values[number] === line) {
      return;
    }
    this.#values[number] = line;
    if (this.#changes >= this.#limit) {
      this.#lost += 1;
      return;
    }
    this.#changes += 1;
    const tick = Math.max(this.#now, Math.round(ms * TICKS_PER_MS[this.#timescale]));
    if (tick !== this.#now) {
      this.#now = tick;
      this.#lines.push(`#${tick}`);
    }
    this.#lines.push(line);
  }

  /** The whole dump until now. */
  text(): string {
    const initial = this.#variables.flatMap((variable, number) =>
      variable.type === 'event' ? [] : [valueLine(variable, number, variable.initial ?? 'x')],
    );
    const lines = [
      '$version mdevkit $end',
      `$timescale ${this.#timescale} $end`,
      ...(this.#lost === 0 ? [] : [`$comment ${this.#lost} later changes had no room $end`]),
      ...this.#scopes.lines(),
      '$enddefinitions $end',
      '#0',
      '$dumpvars',
      ...initial,
      '$end',
      ...this.#lines,
    ];
    return `${lines.join('\n')}\n`;
  }
}

function widthOf({ type, width = 1 }: VcdVariable): number {
  if (type === 'integer') {
    return 32;
  }
  return type === 'event' ? 1 : width;
}

function valueLine(variable: VcdVariable, number: number, value: string): string {
  const code = identifierCode(number);
  if (variable.type === 'event') {
    return `1${code}`;
  }
  return widthOf(variable) === 1 ? `${value}${code}` : `b${shortened(value)} ${code}`;
}

/** Without the digits that a reader puts in front again: zeros before 0 and 1, x before x. */
function shortened(value: string): string {
  return value.replace(/^0+(?=[01])/, '').replace(/^x+(?=x)/, '');
}
