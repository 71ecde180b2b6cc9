import koffi from 'koffi';

const options = { SO_PASSCRED: 16, SO_PASSPIDFD: 76 } as const;

/** Switches an option of a socket on, as somebody who has the same socket may; false if the kernel has no such option. */
export function setOption(fd: number, name: keyof typeof options): boolean {
  const setsockopt = koffi
    .load(null)
    .func(
      'int setsockopt(int fd, int level, int name, const void *value, unsigned int length)',
    ) as (...parameters: readonly [number, number, number, Int32Array, number]) => number;
  return setsockopt(fd, 1, options[name], Int32Array.of(1), 4) === 0;
}
