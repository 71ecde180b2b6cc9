/**
 * One line of progress or complaint. Always on stderr: stdout belongs to the program that is started.
 *
 * @param {string} line
 * @returns {void}
 */
export function say(line) {
  process.stderr.write(`mdevkit: ${line}\n`);
}
