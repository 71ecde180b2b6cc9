import { asynchronous } from './asynchronous.js';
import { edu } from './edu.js';
import { messages } from './messages.js';
import { migratable } from './migratable.js';
import type { FuzzModel } from './model.js';

export { DeliberateError, type FuzzModel } from './model.js';

export const fuzzModels: readonly FuzzModel[] = [edu, asynchronous, messages, migratable];
