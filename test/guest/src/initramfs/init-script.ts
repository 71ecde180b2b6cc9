import { READY_LINE, REPLY_MARK } from '../guest/markers.js';

/**
 * The first program of the guest. The console is serial port 0, which the kernel writes to as well;
 * commands come, and their replies go, on serial port 1 (see `guest/markers.ts`).
 *
 * A command is read from a file, so that it may have several lines; `base64` carries it there.
 */
export const initScript = `#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin HOME=/root TERM=dumb
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /tmp
echo /bin/modprobe >/proc/sys/kernel/modprobe
exec </dev/ttyS1 >/dev/ttyS1 2>&1
stty raw -echo
printf '\\n${REPLY_MARK} ${READY_LINE}\\n'
while read -r id command; do
  echo "$command" | base64 -d >/tmp/command
  sh /tmp/command </dev/null
  printf '\\n${REPLY_MARK} %s %s\\n' "$id" "$?"
done
`;

/** The folders that the script needs. */
export const initFolders = ['dev', 'proc', 'root', 'sys', 'tmp'];
