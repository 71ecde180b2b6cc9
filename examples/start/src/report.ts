import Table from 'cli-table3';
import type { AccelReport } from './accel-job.js';
import type { DoeReport } from './doe-job.js';
import type { FlashReport } from './flash-job.js';
import type { MdevReport } from './mdev-report.js';

const style = { head: [], border: [] };
/** No lines between the rows. */
const chars = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

/** The report of a job for people. */
export function jobTable(job: AccelReport | FlashReport | DoeReport): string {
  const result = new Table({ style, chars });
  result.push(
    ['driver', job.driver],
    ['input', job.input],
    ['bytes', readable(job.bytes)],
    ['sha256', job.sha256],
    ['verified', job.verified ? 'yes' : `NO: ${job.reason ?? ''}`],
    ...rowsOf(job),
    ['DMA bytes', readable(job.dma_bytes)],
  );
  return `${result.toString()}\n${mdevTable(job.mdevs)}`;
}

function rowsOf(job: AccelReport | FlashReport | DoeReport): readonly [string, string][] {
  switch (job.driver) {
    case 'accel':
      return accelRows(job);
    case 'cxlflash':
      return flashRows(job);
    case 'doe':
      return doeRows(job);
  }
}

function doeRows(job: DoeReport): readonly [string, string][] {
  return [
    ['DOE Capabilities', `${job.capabilities}: ${job.features.join(' ')}`],
    ['CDAT', `${readable(job.cdat_bytes)} bytes, ${job.cdat_entries} entries`],
    [`SPDM ${job.version}`, `${job.certificates} certificates, ${job.measurements} measurement`],
    ['sessions', readable(job.sessions)],
  ];
}

function accelRows(job: AccelReport): readonly [string, string][] {
  return [
    ['compressed', `${readable(job.compressed_bytes)} (${percent(job)} %)`],
    ['through the device', rate(job.throughput_mb_s)],
    ['node:zlib directly', rate(job.direct_mb_s)],
    ['interrupts', readable(job.interrupts)],
  ];
}

function flashRows(job: FlashReport): readonly [string, string][] {
  return [
    ['written', rate(job.written_mb_s)],
    ['read back', rate(job.read_mb_s)],
    ['commands', readable(job.commands)],
    ['driver events', readable(job.events)],
  ];
}

function mdevTable(mdevs: readonly MdevReport[]): string {
  const table = new Table({
    head: ['mdev', 'type', 'interrupts', 'DMA read', 'DMA written', 'faults'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style,
  });
  for (const mdev of mdevs) {
    table.push([
      mdev.uuid,
      mdev.type,
      readable(mdev.interrupts),
      readable(mdev.dma_bytes_read),
      readable(mdev.dma_bytes_written),
      readable(mdev.dma_faults),
    ]);
  }
  return table.toString();
}

function rate(megabytes: number): string {
  return `${megabytes.toFixed(1)} MB/s`;
}

function percent(job: AccelReport): string {
  return job.bytes === 0 ? '-' : ((100 * job.compressed_bytes) / job.bytes).toFixed(1);
}

function readable(value: number): string {
  return value.toLocaleString('en-US');
}
