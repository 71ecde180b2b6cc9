import type { FaultPoint, FaultRule, FaultWhen, FaultWhere } from '../plan.js';
import { fitsAt, isFaultPoint, narrowsAt } from '../table/index.js';
import { broken, requireInteger, requireNumber, requireObject, requireText } from './checks.js';
import { parseAction } from './parse-action.js';

export function parseRule(value: unknown, at: string): FaultRule {
  const given = requireObject(value, at, ['at', 'where', 'when', 'do']);
  const point = given.get('at');
  if (!isFaultPoint(point)) {
    throw broken(`${at}.at`, 'is no point where calls are met');
  }
  const action = parseAction(given.get('do'), `${at}.do`);
  if (!fitsAt(point, action.fault)) {
    throw broken(`${at}.do.fault`, `${action.fault} does not fit ${point}`);
  }
  const when = parseWhen(given.get('when'), `${at}.when`);
  const where = parseWhere(given.get('where'), `${at}.where`, point);
  return { at: point, ...(where === undefined ? {} : { where }), when, do: action };
}

function parseWhen(value: unknown, at: string): FaultWhen {
  const given = requireObject(value, at, ['nth', 'every', 'probability', 'times']);
  const kinds = ['nth', 'every', 'probability'].filter((name) => given.has(name));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw broken(at, 'has not exactly one of nth, every and probability');
  }
  const times = given.has('times')
    ? { times: requireInteger(given.get('times'), `${at}.times`, 1) }
    : {};
  const number = given.get(kind);
  switch (kind) {
    case 'nth':
      return { nth: requireInteger(number, `${at}.nth`, 1), ...times };
    case 'every':
      return { every: requireInteger(number, `${at}.every`, 1), ...times };
    default:
      return { probability: requireNumber(number, `${at}.probability`, 1), ...times };
  }
}

const numbers = ['region', 'offset', 'length', 'index', 'subindex'] as const;

function parseWhere(value: unknown, at: string, point: FaultPoint): FaultWhere | undefined {
  if (value === undefined) {
    return undefined;
  }
  const given = requireObject(value, at, [...numbers, 'type']);
  for (const name of given.keys()) {
    if (!narrowsAt(point, name)) {
      throw broken(`${at}.${name}`, `calls of ${point} have no ${name}`);
    }
  }
  const where: { -readonly [Name in keyof FaultWhere]: FaultWhere[Name] } = {};
  for (const name of numbers) {
    if (given.has(name)) {
      where[name] = requireInteger(given.get(name), `${at}.${name}`, name === 'length' ? 1 : 0);
    }
  }
  if (given.has('type')) {
    where.type = requireText(given.get('type'), `${at}.type`);
  }
  return where;
}
