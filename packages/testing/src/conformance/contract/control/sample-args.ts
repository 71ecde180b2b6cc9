import type { AnyObjectClass, Attribute, Method } from '@mdevkit/core';

type Spec = Attribute['spec'];

/** Makes an object that an attribute has to name; undefined if there is no way to one. */
export type Reference = (objectClass: AnyObjectClass) => Promise<unknown>;

/**
 * The least that a client can pass to a method: what is mandatory, each as small as it may be, numbers as `number`.
 * Undefined if something cannot be made up.
 */
export async function leastArgs(
  objectClass: AnyObjectClass,
  method: Method,
  number: number,
  reference: Reference,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const args: Record<string, unknown> = {};
  for (const [name, { mandatory, spec }] of Object.entries(method.attributes)) {
    if (mandatory && !isAnswer(spec)) {
      const value = await leastOf(spec, number, objectClass, reference);
      if (value === undefined) {
        return undefined;
      }
      args[name] = value;
    }
  }
  return args;
}

function isAnswer(spec: Spec): boolean {
  return ('out' in spec && spec.out) || (spec.kind === 'handle' && spec.access === 'new');
}

async function leastOf(
  spec: Spec,
  number: number,
  own: AnyObjectClass,
  reference: Reference,
): Promise<unknown> {
  switch (spec.kind) {
    case 'value':
      return integer(spec.type, number);
    case 'struct':
      return spec.layout.decode(new Uint8Array(spec.layout.size));
    case 'bytes':
      return new Uint8Array(Math.max(1, spec.min)).fill(number);
    case 'array':
      return Array.from({ length: spec.min }, () => integer(spec.type, number));
    case 'const':
      return Object.keys(spec.values)[0];
    case 'flags':
      return 0;
    case 'enum':
      return leastMember(spec);
    case 'handle':
      return reference(spec.of ?? own);
    case 'handles':
      return Promise.all(Array.from({ length: spec.min }, () => reference(spec.of)));
    case 'fd':
      return undefined;
  }
}

function leastMember({ members }: Extract<Spec, { kind: 'enum' }>): unknown {
  const [member, { layout } = { layout: undefined }] = Object.entries(members)[0] ?? [];
  return layout && { member, value: layout.decode(new Uint8Array(layout.size)) };
}

function integer(type: string, number: number): number | bigint {
  return type.endsWith('64') ? BigInt(number) : number;
}
