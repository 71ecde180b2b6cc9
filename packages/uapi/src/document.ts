import { isStruct } from './codec/index.js';
import type { AnyStruct } from './codec/index.js';
import { markdownTable } from './docs/markdown-table.js';
import type { Part, Section } from './docs/part.js';
import { PARTS } from './docs/sections.js';

const INTRODUCTION = `# Numbers and layouts

What \`@mdevkit/uapi\` declares of other people's interfaces. Generated from the declarations by
\`node packages/uapi/dist/write-docs.js\`; changes made here are lost.

Offsets and sizes are in bytes. A type with empty brackets is a tail: elements that follow the
struct and do not count in its size.`;

/** What stands in a table of constants. */
type Constant = number | bigint | string;

function isConstant(value: unknown): value is Constant {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string';
}

function code(text: string): string {
  return `\`${text}\``;
}

function constantTable(constants: readonly (readonly [string, Constant])[]): string {
  return markdownTable(
    ['Name', 'Value', 'Hexadecimal'],
    constants.map(([name, value]) =>
      typeof value === 'string'
        ? [code(name), code(value), '']
        : [code(name), value.toString(), `0x${value.toString(16)}`],
    ),
  );
}

function structTable(exportName: string, struct: AnyStruct): string {
  const title = `#### ${code(exportName)}`;
  const what = `${code(`struct ${struct.name}`)}, ${struct.size.toString()} bytes.`;
  const rows = struct
    .document()
    .map(({ offset, size, name, type }) => [
      offset.toString(),
      size.toString(),
      type === 'padding' ? '' : code(name),
      type,
    ]);
  return [title, what, markdownTable(['Offset', 'Size', 'Field', 'Type'], rows)].join('\n\n');
}

function sectionMarkdown({ title, exports }: Section): string {
  const constants: [string, Constant][] = [];
  const structs: string[] = [];
  for (const [name, value] of Object.entries(exports)) {
    if (isConstant(value)) {
      constants.push([name, value]);
    } else if (isStruct(value)) {
      structs.push(structTable(name, value));
    }
  }
  const table = constants.length === 0 ? [] : [constantTable(constants)];
  return [`### ${title}`, ...table, ...structs].join('\n\n');
}

function partMarkdown({ title, source, sections }: Part): string {
  return [`## ${title}`, `Source: ${source}.`, ...sections.map(sectionMarkdown)].join('\n\n');
}

/**
 * The reference of everything this package declares: constants in tables, structs field by field.
 * Depends on nothing but the declarations, so the same declarations give the same text.
 *
 * @returns Markdown, ending in a newline
 */
export function uapiMarkdown(): string {
  return `${[INTRODUCTION, ...PARTS.map(partMarkdown)].join('\n\n')}\n`;
}
