import { failure } from '../errors/index.js';
import type { StatedCapabilities } from './capabilities.js';
import { type Members } from './members.js';

/** More is refused by libvfio-user (lib/tran.c), and passed by no Linux. */
const MAX_FDS = 1024;
const MAX_U32 = 0xffff_ffff;
/** The largest double below 2^64. */
const MAX_U64 = 2 ** 64 - 2 ** 11;

type Defined<T> = { -readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what was not there, which `exactOptionalPropertyTypes` tells from undefined. */
function defined<T extends object>(values: {
  readonly [K in keyof T]: T[K] | undefined;
}): Defined<T> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  // Exactly the members of T that have a value.
  return Object.fromEntries(entries) as Defined<T>;
}

function pageSizes(capabilities: Members): bigint | undefined {
  // A mask of page sizes from 4 KiB on has 52 bits, which a double holds exactly.
  const value = capabilities.integer('pgsizes', 1, MAX_U64);
  return value === undefined ? undefined : BigInt(value);
}

function migration(capabilities: Members): StatedCapabilities['migration'] {
  const members = capabilities.object('migration');
  if (members === undefined) {
    return undefined;
  }
  const pgsize = members.integer('pgsize', 1, MAX_U32);
  if (pgsize !== undefined && !Number.isInteger(Math.log2(pgsize))) {
    throw failure('vfio-user.version-range', {
      member: 'capabilities.migration.pgsize',
      value: pgsize,
    });
  }
  return defined({
    pgsize,
    maxBitmapSize: members.integer('max_bitmap_size', 0, Number.MAX_SAFE_INTEGER),
  });
}

function twinSocket(capabilities: Members): StatedCapabilities['twinSocket'] {
  const members = capabilities.object('twin_socket');
  return members === undefined
    ? undefined
    : defined({
        supported: members.boolean('supported'),
        fdIndex: members.integer('fd_index', 0, MAX_FDS),
      });
}

function control(capabilities: Members): StatedCapabilities['control'] {
  const members = capabilities.object('mdevkit_control');
  return members === undefined
    ? undefined
    : defined({ version: members.integer('version', 0, MAX_U32) });
}

/**
 * Reads the members of `capabilities`.
 *
 * @throws MdevError `vfio-user.version-type`, `vfio-user.version-range`
 */
export function readCapabilities(capabilities: Members): StatedCapabilities {
  return defined<StatedCapabilities>({
    maxMsgFds: capabilities.integer('max_msg_fds', 0, MAX_FDS),
    // With 0 a transfer would never end.
    maxDataXferSize: capabilities.integer('max_data_xfer_size', 1, Number.MAX_SAFE_INTEGER),
    maxDmaMaps: capabilities.integer('max_dma_maps', 0, MAX_U32),
    pgsizes: pageSizes(capabilities),
    migration: migration(capabilities),
    writeMultiple: capabilities.boolean('write_multiple'),
    twinSocket: twinSocket(capabilities),
    control: control(capabilities),
  });
}

type Json = number | bigint | boolean | JsonObject | undefined;
interface JsonObject {
  readonly [name: string]: Json;
}

/** Not JSON.stringify: it knows no bigint, and writes 2^64 - 4096 as a double, with other digits. */
function written(object: JsonObject): string {
  const members = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => `"${name}":${typeof value === 'object' ? written(value) : String(value)}`,
    );
  return `{${members.join(',')}}`;
}

/** The JSON of a VERSION. Without blanks: some receivers have little room. */
export function capabilitiesJson(stated: StatedCapabilities): string {
  const { migration, twinSocket, control } = stated;
  return written({
    capabilities: {
      max_msg_fds: stated.maxMsgFds,
      max_data_xfer_size: stated.maxDataXferSize,
      max_dma_maps: stated.maxDmaMaps,
      pgsizes: stated.pgsizes,
      migration: migration && {
        pgsize: migration.pgsize,
        max_bitmap_size: migration.maxBitmapSize,
      },
      write_multiple: stated.writeMultiple,
      twin_socket: twinSocket && { supported: twinSocket.supported, fd_index: twinSocket.fdIndex },
      mdevkit_control: control && { version: control.version },
    },
  });
}
