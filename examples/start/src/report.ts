import Table from 'cli-table3';
import type { JobReport } from './accel-job.js';

const style = { head: [], border: [] };
/** No lines between the rows. */
const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

/** The report of a job for people. */
export function jobTable(job: JobReport): string {
  const result = new Table({ style, chars });
  result.push(
    ['input', job.input],
    ['bytes', readable(job.bytes)],
    ['sha256', job.sha256],
    ['verified', job.verified ? 'yes' : `NO: ${job.reason ?? ''}`],
    ['compressed', `${readable(job.compressed_bytes)} (${percent(job)} %)`],
    ['through the device', `${job.throughput_mb_s.toFixed(1)} MB/s`],
    ['node:zlib directly', `${job.direct_mb_s.toFixed(1)} MB/s`],
    ['interrupts', readable(job.interrupts)],
    ['DMA bytes', readable(job.dma_bytes)],
  );
  const mdevs = new Table({
    head: ['mdev', 'type', 'interrupts', 'DMA read', 'DMA written', 'faults'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style,
  });
  for (const mdev of job.mdevs) {
    mdevs.push([
      mdev.uuid,
      mdev.type,
      readable(mdev.interrupts),
      readable(mdev.dma_bytes_read),
      readable(mdev.dma_bytes_written),
      readable(mdev.dma_faults),
    ]);
  }
  return `${result.toString()}\n${mdevs.toString()}`;
}

function percent(job: JobReport): string {
  return job.bytes === 0 ? '-' : ((100 * job.compressed_bytes) / job.bytes).toFixed(1);
}

function readable(value: number): string {
  return value.toLocaleString('en-US');
}
