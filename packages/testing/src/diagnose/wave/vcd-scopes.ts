const FIRST_CODE = 33;
const CODES = 94;

interface Scope {
  readonly scopes: Map<string, Scope>;
  /** By name: what stands between `$var` and the name. */
  readonly variables: Map<string, string>;
}

/** The scopes of a dump with their variables. */
export class ScopeTree {
  readonly #root = newScope();

  /** `type` is the type and the width. */
  add(scope: readonly string[], name: string, type: string, number: number): void {
    let inner = this.#root;
    for (const part of scope) {
      const word = identifier(part);
      const next = inner.scopes.get(word) ?? newScope();
      inner.scopes.set(word, next);
      inner = next;
    }
    inner.variables.set(free(inner, identifier(name)), `${type} ${identifierCode(number)}`);
  }

  lines(): string[] {
    return linesOf(this.#root);
  }
}

/** Short codes of printable characters: `!` for 0, `"` for 1, … Source: IEEE Std 1364-2005, 18.2.1. */
export function identifierCode(number: number): string {
  let code = '';
  for (let rest = number; rest >= 0; rest = Math.floor(rest / CODES) - 1) {
    code += String.fromCharCode(FIRST_CODE + (rest % CODES));
  }
  return code;
}

function newScope(): Scope {
  return { scopes: new Map(), variables: new Map() };
}

/** Source: IEEE Std 1364-2005, 3.7: letters, digits and _, and no digit in front. */
function identifier(name: string): string {
  const word = name.replace(/\W/g, '_');
  return /^[a-z_]/i.test(word) ? word : `_${word}`;
}

function free({ scopes, variables }: Scope, name: string): string {
  let word = name;
  for (let number = 2; scopes.has(word) || variables.has(word); number += 1) {
    word = `${name}_${number}`;
  }
  return word;
}

function linesOf({ scopes, variables }: Scope): string[] {
  return [
    ...[...variables].map(([name, type]) => `$var ${type} ${name} $end`),
    ...[...scopes].flatMap(([name, scope]) => [
      `$scope module ${name} $end`,
      ...linesOf(scope),
      '$upscope $end',
    ]),
  ];
}
