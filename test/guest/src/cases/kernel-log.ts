/**
 * The lines of `dmesg -r` that are warnings or worse and match `of`: from `<0>`, an emergency, to `<4>`, a warning
 * (include/linux/kern_levels.h). Without `-r` there are no levels, and nothing is found.
 */
export function complaintsIn(log: string, of: RegExp): readonly string[] {
  return log.split('\n').filter((line) => /^<[0-4]>/.test(line) && of.test(line));
}
