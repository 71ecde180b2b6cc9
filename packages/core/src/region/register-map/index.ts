export type { FieldRow, RegisterRow } from './describe.js';
export type { RegisterHook, RegisterHooks, RegisterValue, WideNames } from './register-hooks.js';
export { RegisterLayout, registerLayout } from './register-layout.js';
export { RegisterMap } from './register-map.js';
export type { FieldSpec, RegisterAccess, RegisterSpec } from './register-spec.js';
