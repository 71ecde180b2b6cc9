import { readFileSync } from 'node:fs';

/** The text of installed headers, to see what they know before a compiler is asked. */
export class Header {
  readonly #text: string;

  /** @param text - of the file; comments do not count */
  constructor(text: string) {
    this.#text = text.replaceAll(/\/\*[\s\S]*?\*\//g, ' ');
  }

  /** Reads installed headers; undefined when one of them is not there. */
  static read(paths: readonly string[]): Header | undefined {
    try {
      return new Header(paths.map((path) => readFileSync(path, 'utf8')).join('\n'));
    } catch {
      return undefined;
    }
  }

  /** Whether a macro or an enumerator of this name is there. */
  defines(name: string): boolean {
    return new RegExp(`\\b${name}\\b`).test(this.#text);
  }

  /** Whether a struct is there, with a member when one is named. */
  declares(struct: string, field?: string): boolean {
    const body = this.#body(struct);
    return body !== undefined && (field === undefined || new RegExp(`\\b${field}\\b`).test(body));
  }

  /** The text between a struct's braces. */
  #body(struct: string): string | undefined {
    const start = new RegExp(`\\bstruct\\s+${struct}\\s*\\{`).exec(this.#text);
    if (start === null) {
      return undefined;
    }
    const from = start.index + start[0].length;
    let depth = 1;
    let at = from;
    while (depth > 0 && at < this.#text.length) {
      depth += { '{': 1, '}': -1 }[this.#text.charAt(at)] ?? 0;
      at += 1;
    }
    return this.#text.slice(from, at - 1);
  }
}
