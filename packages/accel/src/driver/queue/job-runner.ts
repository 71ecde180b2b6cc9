import type { Logger } from '@mdevkit/core';
import { Status } from '../../abi/index.js';
import { failed, type AlgorithmResult } from '../algorithm/index.js';
import type { FetchedJob } from './job-reader.js';

/** Runs a job and never rejects: whatever an algorithm does wrong is `DEVICE_ERROR`. */
export async function runJob(fetched: FetchedJob, logger: Logger): Promise<AlgorithmResult> {
  const { algorithm, job } = fetched;
  try {
    const result = await algorithm.run(job);
    if (result.output.length <= job.outputLimit) {
      return result;
    }
    logger.error('an algorithm gave more than there is room for', { algorithm: algorithm.name });
  } catch (error) {
    logger.error('an algorithm failed', { algorithm: algorithm.name, error });
  }
  return failed(Status.DEVICE_ERROR);
}
