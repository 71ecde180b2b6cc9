import { fail, hex } from '../support/index.js';

/** Fails with the first of these places whose word is another one. */
export function expectSame(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  places: ReadonlySet<string>,
  when: string,
): void {
  for (const place of places) {
    const [was, is] = [before.get(place) ?? 0, after.get(place) ?? 0];
    if (was !== is) {
      fail(`${place} read ${hex(was)}, and reads ${hex(is)} ${when}`);
    }
  }
}
