import { Campaign } from './campaign.js';
import type { SoakOptions } from './options.js';
import type { SoakReport } from './report.js';
import { Watch } from './watch/watch.js';

/** Seconds between two samples. */
const SAMPLE_EVERY = 5;
/** Seconds between two lines of progress. */
const TELL_EVERY = 60;

/** Runs rounds until the time is over, there were enough, or `stop` says so. */
export async function soak(
  options: Pick<SoakOptions, 'minutes' | 'seed' | 'only' | 'rounds' | 'first'>,
  stop: AbortSignal,
  tell: (line: string) => void,
): Promise<Omit<SoakReport, 'stray'>> {
  const { minutes, seed, only, rounds, first } = options;
  const campaign = new Campaign({ seed, only });
  await using watch = await Watch.start();
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  let done = 0;
  let [sampled, told] = [0, 0];
  await watch.sample();
  while (!stop.aborted && done < rounds && seconds() < minutes * 60) {
    await campaign.round(first + done);
    done += 1;
    if (seconds() - sampled >= SAMPLE_EVERY) {
      sampled = seconds();
      await watch.sample();
    }
    if (seconds() - told >= TELL_EVERY) {
      told = seconds();
      tell(
        `${Math.round(told / 60)} min: ${done} rounds, ${campaign.tally.problems.length} problems`,
      );
    }
  }
  await watch.sample();
  return {
    seed,
    only,
    minutes: seconds() / 60,
    rounds: done,
    tally: campaign.tally,
    verdicts: watch.verdicts,
    live: watch.live,
  };
}
