/** A table of a Markdown text. Every row has as many cells as the head. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const RULE = /^[-: ]+$/;

/** The tables of a Markdown text, in order. A cell holds no `|`; one that is missing is empty. */
export function tablesOf(markdown: string): readonly Table[] {
  const tables: { head: string[]; rows: string[][] }[] = [];
  let table: { head: string[]; rows: string[][] } | undefined;
  for (const line of markdown.split('\n')) {
    const cells = line.startsWith('|') ? cellsOf(line) : undefined;
    if (cells === undefined) {
      table = undefined;
    } else if (table === undefined) {
      table = { head: cells, rows: [] };
      tables.push(table);
    } else if (!cells.every((cell) => RULE.test(cell))) {
      table.rows.push(table.head.map((_, column) => cells[column] ?? ''));
    }
  }
  return tables;
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The rows that tests have to name: those of tables of rules. The matrix of SET_IRQS has a test of its own. */
export function rulesOf(markdown: string): readonly (readonly string[])[] {
  return tablesOf(markdown)
    .filter(({ head }) => head[0] === 'Row' && (head[1] === 'Rule' || head[1] === 'Situation'))
    .flatMap(({ rows }) => rows);
}

/** The first cell of each of {@link rulesOf}. */
export function ruleNamesOf(markdown: string): string[] {
  return rulesOf(markdown).map(([name = '']) => name);
}
