import {
  attributeWireId,
  classWireId,
  methodWireId,
  type AnyObjectClass,
  type Attribute,
  type AttributeSpec,
  type Method,
} from '../declare/index.js';
import { codecOf, isOut, type AttributeCodec } from '../wire/codec/index.js';

/** Something that the client gives. */
export interface ArgPlan {
  readonly name: string;
  readonly wireId: number;
  readonly mandatory: boolean;
  readonly kind: AttributeSpec['kind'];
  /** Named by a descriptor rather than by a handle. */
  readonly isDescriptor: boolean;
  /** None for handles and descriptors. */
  readonly codec: AttributeCodec | undefined;
}

/** Something that the client gets. */
export interface OutPlan {
  readonly name: string;
  readonly wireId: number;
  readonly mandatory: boolean;
  readonly isBytes: boolean;
  /** None for the new object. */
  readonly codec: AttributeCodec | undefined;
}

/** A method of a class, ready to be called. */
export class ClientPlan {
  /** For errors. */
  readonly className: string;
  readonly methodName: string;
  readonly objectId: number;
  readonly methodId: number;
  readonly args: readonly ArgPlan[];
  readonly outs: readonly OutPlan[];
  /** The new object is a descriptor. */
  readonly makesDescriptor: boolean;

  constructor(objectClass: AnyObjectClass, methodName: string, method: Method) {
    this.className = objectClass.name;
    this.methodName = methodName;
    this.objectId = classWireId(objectClass);
    this.methodId = methodWireId(objectClass, method);
    const attributes = Object.entries(method.attributes);
    this.args = attributes
      .filter(([, { spec }]) => !isResult(spec))
      .map(([name, attribute]) => argPlan(objectClass, method, name, attribute));
    const outs = attributes
      .filter(([, { spec }]) => isResult(spec))
      .map(([name, attribute]) => outPlan(objectClass, method, name, attribute));
    // As devices answer them.
    this.outs = outs.sort((a, b) => Number(isNew(b)) - Number(isNew(a)) || a.wireId - b.wireId);
    this.makesDescriptor = objectClass.kind === 'fd' && outs.some(isNew);
  }
}

/** The plans of the methods that a client has called. */
export class ClientPlans {
  readonly #plans = new Map<AnyObjectClass, Map<string, ClientPlan>>();

  /** Undefined for a method that the class does not declare, and for what is no class. */
  find(objectClass: AnyObjectClass, name: string): ClientPlan | undefined {
    return this.#plans.get(objectClass)?.get(name) ?? this.#make(objectClass, name);
  }

  #make(objectClass: AnyObjectClass, name: string): ClientPlan | undefined {
    // A client in plain JavaScript may pass anything.
    const methods: unknown = (objectClass as Partial<AnyObjectClass> | undefined)?.methods;
    if (typeof methods !== 'object' || methods === null || !Object.hasOwn(methods, name)) {
      return undefined;
    }
    const method = objectClass.methods[name];
    if (method === undefined) {
      return undefined;
    }
    const plan = new ClientPlan(objectClass, name, method);
    const plans = this.#plans.get(objectClass) ?? new Map<string, ClientPlan>();
    plans.set(name, plan);
    this.#plans.set(objectClass, plans);
    return plan;
  }
}

function isNew({ codec }: OutPlan): boolean {
  return codec === undefined;
}

function isResult(spec: AttributeSpec): boolean {
  return isOut(spec) || (spec.kind === 'handle' && spec.access === 'new');
}

function argPlan(
  objectClass: AnyObjectClass,
  method: Method,
  name: string,
  attribute: Attribute,
): ArgPlan {
  const { mandatory, spec } = attribute;
  return {
    name,
    wireId: attributeWireId(objectClass, method, attribute),
    mandatory,
    kind: spec.kind,
    isDescriptor: spec.kind === 'handle' && (spec.of ?? objectClass).kind === 'fd',
    codec: codecOf(spec),
  };
}

function outPlan(
  objectClass: AnyObjectClass,
  method: Method,
  name: string,
  attribute: Attribute,
): OutPlan {
  const { mandatory, spec } = attribute;
  return {
    name,
    wireId: attributeWireId(objectClass, method, attribute),
    mandatory,
    isBytes: spec.kind === 'bytes',
    codec: codecOf(spec),
  };
}
