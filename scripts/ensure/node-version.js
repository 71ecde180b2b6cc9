/** Imported first, for its effect: an old Node gets one clear line in place of a syntax error. */
const wantedMajor = 20;
const wantedMinor = 19;
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  process.stderr.write(
    `mdevkit: Node ${String(wantedMajor)}.${String(wantedMinor)} or newer is needed; ` +
      `this is ${process.versions.node}\n`,
  );
  process.exit(1);
}
