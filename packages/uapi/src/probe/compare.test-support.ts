import type { AnyField, AnyStruct } from '../codec/index.js';
import { runC } from './c-program.test-support.js';
import type { Header } from './header.test-support.js';
import { C_PATHS } from './c-path.test-support.js';
import type { Constant, Subject } from './subject.test-support.js';

/** One thing to find out from the compiler, and what it should be. */
interface Question {
  /** as reports call it */
  readonly what: string;
  /** C statement that prints one line */
  readonly statement: string;
  readonly expected: string;
}

/** What came of a comparison. */
export interface Report {
  readonly constants: number;
  readonly structs: number;
  readonly fields: number;
  /** one line for each thing that is not as the header has it */
  readonly differences: readonly string[];
  /** names the installed header does not have */
  readonly notCompared: readonly string[];
}

/** How C prints a constant. Numbers have 32 bits at most; C gives some a sign or a wider type. */
function statementFor(name: string, value: Constant): string {
  switch (typeof value) {
    case 'string':
      return `puts(${name});`;
    case 'bigint':
      return `printf("%llu\\n", (unsigned long long)(${name}));`;
    default:
      return `printf("%u\\n", (unsigned int)(${name}));`;
  }
}

function printConstant(name: string, value: Constant): Question {
  return { what: name, statement: statementFor(name, value), expected: value.toString() };
}

function printField(struct: AnyStruct, name: string, field: AnyField): Question {
  const c = `struct ${struct.name}`;
  const path = C_PATHS.get(`${struct.name}.${name}`) ?? name;
  // A flexible array member has no sizeof; 0 is what its declaration here says.
  const size = field.kind === 'tail' ? '(size_t)0' : `sizeof(((${c} *)0)->${path})`;
  return {
    what: `${c}.${name} (offset size)`,
    statement: `printf("%zu %zu\\n", offsetof(${c}, ${path}), ${size});`,
    expected: `${field.offset.toString()} ${field.type.size.toString()}`,
  };
}

function printSize({ name, size }: AnyStruct): Question {
  return {
    what: `sizeof(struct ${name})`,
    statement: `printf("%zu\\n", sizeof(struct ${name}));`,
    expected: size.toString(),
  };
}

/**
 * Compares declarations with an installed header, by a C program that prints what the compiler
 * makes of it.
 *
 * @param includes - the headers as C includes them, with their brackets
 * @param header - their text, to leave out what it does not have
 */
export function compareWithHeader(
  subject: Subject,
  includes: readonly string[],
  header: Header,
): Report {
  const notCompared: string[] = [];
  const known = (name: string, there: boolean): boolean => {
    if (!there) {
      notCompared.push(name);
    }
    return there;
  };

  const constants = [...subject.constants]
    .filter(([name]) => known(name, header.defines(name)))
    .map(([name, value]) => printConstant(name, value));
  const structs = subject.structs.filter((struct) =>
    known(`struct ${struct.name}`, header.declares(struct.name)),
  );
  const fields: Question[] = [];
  const sizes: Question[] = [];
  for (const struct of structs) {
    const declared = Object.entries(struct.fields).filter(([, { kind }]) => kind !== 'pad');
    const found = declared.filter(([name]) =>
      known(`struct ${struct.name}.${name}`, header.declares(struct.name, name)),
    );
    fields.push(...found.map(([name, field]) => printField(struct, name, field)));
    // A header without the last member may well end earlier.
    if (found.length === declared.length) {
      sizes.push(printSize(struct));
    }
  }

  const questions = [...constants, ...sizes, ...fields];
  const answers = runC(
    includes,
    questions.map(({ statement }) => statement),
  );
  const differences = questions.flatMap(({ what, expected }, i) =>
    answers[i] === expected ? [] : [`${what}: ${expected} here, ${String(answers[i])} in C`],
  );
  return {
    constants: constants.length,
    structs: sizes.length,
    fields: fields.length,
    differences,
    notCompared,
  };
}
