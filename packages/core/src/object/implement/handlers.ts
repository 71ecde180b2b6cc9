import type {
  AnyObjectClass,
  AttributeMap,
  Given,
  Method,
  MethodMap,
  MethodName,
  Received,
} from '../declare/index.js';
import type { Call } from './call.js';

type MaybePromise<T> = T | Promise<T>;

type RoleOf<C extends AnyObjectClass, M extends MethodName<C>> =
  C['methods'][M] extends Method<infer R> ? R : never;

/** A handler that has nothing to answer need not answer. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- what a function without a return answers.
type Answer<G> = keyof G extends never ? void | G : G;

/** What each role of a method is called with and answers. */
export type Handler<C extends AnyObjectClass, S, M extends MethodName<C>> = {
  readonly create: (
    args: Received<C, M>,
    call: Call,
  ) => MaybePromise<Given<C, M> & { readonly state: S }>;
  /** The object is gone already; this only reports what became of it. */
  readonly destroy: (
    state: S,
    args: Received<C, M>,
    call: Call,
  ) => MaybePromise<Answer<Given<C, M>>>;
  readonly instance: (
    state: S,
    args: Received<C, M>,
    call: Call,
  ) => MaybePromise<Answer<Given<C, M>>>;
  readonly class: (args: Received<C, M>, call: Call) => MaybePromise<Answer<Given<C, M>>>;
}[RoleOf<C, M>];

/** What an extended method still has to answer: what the driver has added. */
type Rest<C extends AnyObjectClass, M extends MethodName<C>, A> = Pick<
  Given<C, M>,
  keyof Given<C, M> & keyof A
>;

/**
 * A handler of a method of the core that a driver has extended: it is called after the core's, with the attributes of both,
 * and answers the driver's. Its state is that of the core's object, also in a create.
 */
export type ExtensionHandler<C extends AnyObjectClass, S, M extends MethodName<C>, A> =
  RoleOf<C, M> extends 'class'
    ? (args: Received<C, M>, call: Call) => MaybePromise<Answer<Rest<C, M, A>>>
    : (state: S, args: Received<C, M>, call: Call) => MaybePromise<Answer<Rest<C, M, A>>>;

interface Extended<N, A> {
  readonly extension: { readonly methods: N; readonly attributes: A };
}

/**
 * A method without a handler is not there, except that of a destroy with nothing to report. An extended class has handlers
 * for what the driver has added, and for nothing else.
 */
export type Handlers<C extends AnyObjectClass, S> =
  C extends Extended<
    infer N extends MethodMap,
    infer A extends Readonly<Record<string, AttributeMap>>
  >
    ? { readonly [M in keyof N & MethodName<C>]?: Handler<C, S, M> } & {
        readonly [M in keyof A & MethodName<C>]?: ExtensionHandler<C, S, M, A[M]>;
      }
    : { readonly [M in MethodName<C>]?: Handler<C, S, M> };
