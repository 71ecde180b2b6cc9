/** A variable of a dump, as a reader sees it. */
export interface ParsedVariable {
  /** With its scopes: `mdev.region.register`. */
  readonly path: string;
  readonly type: string;
  readonly width: number;
}

/** One value that a variable takes: its bits to its full width, `1` for an event. */
export interface ParsedChange {
  readonly time: number;
  readonly path: string;
  readonly value: string;
}

export interface ParsedDump {
  readonly timescale: string;
  readonly variables: readonly ParsedVariable[];
  readonly initial: readonly ParsedChange[];
  readonly changes: readonly ParsedChange[];
}

/** Reads a value change dump strictly, by IEEE Std 1364-2005, 18.2; throws for whatever is not in its grammar. */
export function parseVcd(text: string): ParsedDump {
  const [header = '', body] = text.split('$enddefinitions $end\n');
  if (body === undefined || !text.endsWith('\n')) {
    throw new Error('no end of definitions, or no last line');
  }
  const { timescale, variables } = parseHeader(header.trimEnd().split('\n'));
  const lines = body.trimEnd().split('\n');
  const dumpEnd = lines.indexOf('$end');
  if (lines[0] !== '#0' || lines[1] !== '$dumpvars' || dumpEnd < 0) {
    throw new Error('no $dumpvars at time 0');
  }
  const initial = parseChanges(lines.slice(2, dumpEnd), variables);
  const changes = parseChanges(lines.slice(dumpEnd + 1), variables);
  return { timescale, variables: [...variables.values()], initial, changes };
}

function parseHeader(lines: readonly string[]): {
  readonly timescale: string;
  readonly variables: ReadonlyMap<string, ParsedVariable>;
} {
  const scopes: string[] = [];
  const variables = new Map<string, ParsedVariable>();
  let timescale = '';
  for (const line of lines) {
    const words = line.split(' ');
    if (words.at(-1) !== '$end') {
      throw new Error(`no $end: ${line}`);
    }
    const [keyword, ...rest] = words.slice(0, -1);
    if (keyword === '$scope' && rest[0] === 'module' && rest.length === 2) {
      scopes.push(requireIdentifier(rest[1]));
    } else if (keyword === '$upscope' && rest.length === 0 && scopes.length > 0) {
      scopes.pop();
    } else if (keyword === '$timescale' && /^(1us|1ns)$/.test(rest[0] ?? '')) {
      timescale = rest[0] ?? '';
    } else if (keyword === '$var' && rest.length === 4) {
      const [type = '', width = '', code = '', name] = rest;
      if (variables.has(code) || !/^[!-~]+$/.test(code) || !/^\d+$/.test(width)) {
        throw new Error(`a bad variable: ${line}`);
      }
      const path = [...scopes, requireIdentifier(name)].join('.');
      if ([...variables.values()].some((other) => other.path === path)) {
        throw new Error(`two variables ${path}`);
      }
      variables.set(code, { path, type, width: Number(width) });
    } else if (keyword !== '$version' && keyword !== '$comment') {
      throw new Error(`what is this: ${line}`);
    }
  }
  if (scopes.length > 0 || timescale === '') {
    throw new Error('a scope is open, or there is no timescale');
  }
  return { timescale, variables };
}

function parseChanges(
  lines: readonly string[],
  variables: ReadonlyMap<string, ParsedVariable>,
): ParsedChange[] {
  const changes: ParsedChange[] = [];
  let time = 0;
  for (const line of lines) {
    const [, stamp] = /^#(\d+)$/.exec(line) ?? [];
    if (stamp !== undefined) {
      if (Number(stamp) <= time) {
        throw new Error(`time does not go on: ${line}`);
      }
      time = Number(stamp);
      continue;
    }
    const [, vector, vectorCode, scalar, scalarCode] =
      /^(?:b([01x]+) ([!-~]+)|([01x])([!-~]+))$/.exec(line) ?? [];
    const variable = variables.get(vectorCode ?? scalarCode ?? '');
    const digits = vector ?? scalar ?? '';
    const isVector = vector !== undefined;
    if (
      variable === undefined ||
      isVector !== variable.width > 1 ||
      digits.length > variable.width
    ) {
      throw new Error(`a bad change: ${line}`);
    }
    // Source: IEEE Std 1364-2005, 18.2.1, table 18-2.
    const fill = digits.startsWith('x') ? 'x' : '0';
    changes.push({ time, path: variable.path, value: digits.padStart(variable.width, fill) });
  }
  return changes;
}

function requireIdentifier(name: string | undefined): string {
  if (name === undefined || !/^[a-z_]\w*$/i.test(name)) {
    throw new Error(`no identifier: ${String(name)}`);
  }
  return name;
}
