import { defineDriver, MdevHost, registerLayout, registerRegion } from '@mdevkit/core';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { describeDriverConformance } from '../describe-driver.js';
import type { MakeHost } from '../make-host.js';
import { runCheck } from '../run-check.js';
import { lifeGroups } from './index.js';
import { engineHosts, engineWork, type Defect } from './specimen.test-support.js';

const checks = lifeGroups.flatMap((group) => group.checks);

async function failing(makeHost: MakeHost, ids: readonly string[]): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const check of checks.filter(({ id }) => ids.includes(id))) {
    const { result } = await runCheck(check, makeHost, engineWork);
    if (result === 'failed') {
      failed.push(check.id);
    }
  }
  return failed;
}

const registers = registerLayout('bell', 0x8, [
  { name: 'ID', offset: 0, width: 4, access: 'ro', reset: 0xbe11 },
  { name: 'RING', offset: 4, width: 4, access: 'rw' },
]);

/** The simplest device that there is. */
async function bellHost(options: ConstructorParameters<typeof MdevHost>[0]): Promise<MdevHost> {
  const host = new MdevHost(options);
  await host.load(
    defineDriver({
      name: 'bell',
      deviceApi: 'vfio-platform',
      types: [{ id: 'one' }],
      parents: [{ name: 'bell0', capacity: 3 }],
      model: ({ irqs }) => ({
        deviceApi: 'vfio-platform',
        regions: [
          registerRegion(
            'registers',
            registers.instantiate({ RING: { write: () => void irqs.trigger(0) } }),
          ),
        ],
        irqs: [{ kind: 'message', name: 'bell', count: 1, resizable: false }],
      }),
    }),
  );
  return host;
}

const planted: readonly (readonly [Defect, ...string[]])[] = [
  ['keeps-mode', 'fresh-filled-ff', 'fresh-used-1', 'reset-filled-a5'],
  ['keeps-memory', 'fresh-memory', 'reset-memory'],
  ['keeps-timer', 'after-close-timers', 'after-removal-timers'],
  ['works-on-after-close', 'after-close-irqs', 'after-removal-dma', 'after-unload-timers'],
  ['works-on-after-reset', 'reset-dma', 'reset-irqs'],
  ['reports-after-close', 'after-close-events', 'after-host-events'],
  ['reports-hangup', 'events-known'],
  ['close-hangs', 'after-close-clean', 'close-waits-not', 'time-stands'],
  ['close-throws', 'after-close-clean', 'after-parent-clean', 'open-fails-not'],
  ['throws-plain', 'throws-91', 'hostile-width-7'],
  ['timer-throws', 'after-close-clean', 'fail-memory'],
  ['rejects-unheard', 'throws-92', 'fresh-used-2'],
  ['own-timer', 'time-of-host'],
  ['leaks-at-open', 'grow-opens', 'grow-mdevs', 'after-close-hooks'],
  ['leaks-at-dispose', 'create-lean', 'grow-mdevs', 'capacity-returns'],
  ['shares-mode', 'isolation-filled', 'isolation-used-1'],
  ['shares-memory', 'isolation-memory'],
  ['shares-between-hosts', 'isolation-filled'],
  ['rings-neighbour', 'isolation-irqs'],
  ['quiesce-ignored', 'quiet-silent'],
  ['quiesce-hangs', 'quiet-pairs'],
  ['resume-missing', 'quiet-resumes', 'quiet-pairs'],
  ['listens-to-process', 'grow-listeners'],
  ['works-when-made', 'open-made-silent', 'create-lean'],
  ['works-when-opened', 'open-silent'],
  ['logs-errors', 'log-quiet', 'open-fails-not'],
  ['fills-log', 'log-bounded'],
  ['faults-thrown', 'fail-memory', 'fail-nth-dma'],
  ['finishes-at-close', 'flight-close', 'flight-removal'],
  ['drops-held-work', 'flight-map'],
  ['quiesce-ignored', 'flight-map'],
  ['resume-missing', 'work-after-map', 'work-after-reset'],
  ['works-on-after-reset', 'flight-reset'],
  ['rings-beyond', 'irqs-known-work'],
  ['rings-when-removed', 'removed-silent-unused', 'removed-silent-used'],
  ['resets-neighbours', 'isolation-reset', 'isolation-filled'],
  ['shows-own-time', 'isolation-registers', 'isolation-hosts'],
];

describeDriverConformance('a specimen that does everything', engineHosts(), engineWork);

describe('the checks of a life (own rule: a check that cannot fail is worthless)', () => {
  it('at least 90 of them, of which at least 75 apply to the simplest device, and it passes them', async () => {
    const results: string[] = [];
    for (const check of checks) {
      const outcome = await runCheck(check, bellHost);
      results.push(
        outcome.result === 'failed' ? `${check.id}: ${String(outcome.error)}` : outcome.result,
      );
    }
    expect(results.filter((result) => result !== 'passed' && result !== 'skipped')).to.deep.equal(
      [],
    );
    expect(checks.length).to.be.at.least(90);
    expect(results.filter((result) => result === 'passed').length).to.be.at.least(75);
  });

  it('have ids of their own', () => {
    expect(new Set(checks.map(({ id }) => id)).size).to.equal(checks.length);
  });

  for (const [defect, ...ids] of planted) {
    it(`find a driver that ${defect}: ${ids.join(', ')}`, async () => {
      expect(await failing(engineHosts(defect), ids)).to.have.members(ids);
    });
  }
});
