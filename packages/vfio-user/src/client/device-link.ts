import {
  DisposableStore,
  EventHub,
  failure as coreFailure,
  toDisposable,
  type Clock,
  type DeviceInfo,
  type Logger,
} from '@mdevkit/core';
import type { Patience, UnixStream } from '@mdevkit/linux';
import {
  Errno,
  VFIO_DEVICE_FLAGS_PCI,
  VFIO_USER_DEVICE_GET_INFO,
  VFIO_USER_DEVICE_SET_IRQS,
  VfioUserDeviceInfo,
} from '@mdevkit/uapi';
import { failure } from '../errors/index.js';
import { SCM_MAX_FD, type Capabilities } from '../protocol/index.js';
import type { ChannelLimits } from './channel.js';
import type { ClientLimits } from './client-limits.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { ControlCalls } from './control/index.js';
import { DmaCalls } from './dma-calls.js';
import { DmaService } from './dma-service.js';
import { DmaTable } from './dma-table.js';
import { FeatureCalls } from './feature-calls.js';
import { shakeHands } from './handshake.js';
import { IrqTable } from './irq-table.js';
import { MigrationClient } from './migration-client.js';
import { RegionCalls } from './region-calls.js';
import { TwinService } from './twin-service.js';

/** What goes with the data in one message, at the most. */
const HEAD_ROOM = 4096;

export interface LinkOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timeoutMs: number;
  readonly limits: ClientLimits;
  readonly twinSocket: boolean;
  readonly patience: Patience;
  readonly postedWrites: boolean;
  readonly trusted: boolean;
}

/** One connection to a device, with all that the client keeps on its side of it. */
export interface DeviceLink {
  readonly connection: Connection;
  readonly events: EventHub;
  readonly info: DeviceInfo;
  /** Limits of the server. */
  readonly server: Capabilities;
  readonly regions: RegionCalls;
  readonly irqs: IrqTable;
  readonly dma: DmaCalls;
  readonly features: FeatureCalls;
  readonly migration: MigrationClient;
  /** Undefined if the server takes no calls of the control plane. */
  readonly control: ControlCalls | undefined;
  /** Ends the connection and lets go of what the client lent to the device. */
  close(): void;
}

/** Agrees with the server and asks what the device is. Owns the stream, also if it throws. */
export async function openLink(stream: UnixStream, options: LinkOptions): Promise<DeviceLink> {
  const { clock, logger, limits, timeoutMs, patience } = options;
  const events = new EventHub(logger);
  const channelLimits: ChannelLimits = {
    maxPayload: limits.maxDataXferSize + HEAD_ROOM,
    maxDescriptors: limits.maxMsgFds,
    maxQueued: limits.outboundBytes + limits.maxDataXferSize + HEAD_ROOM,
  };
  /** What ends with the connection, however it ends. */
  const parts = new DisposableStore();
  let service: DmaService | undefined;
  const connection = connectionOn(stream, {
    clock,
    timeoutMs,
    patience,
    limits: channelLimits,
    onCommand: (incoming, channel) => {
      if (service === undefined) {
        channel.answers.error(incoming.id, incoming.command, Errno.ENOSYS);
      } else {
        service.serve(incoming, channel.answers);
      }
      channel.sent();
    },
    onLost: (why) => {
      logger.warn('the vfio-user server is lost', { why });
      parts[Symbol.dispose]();
      events.report({ kind: 'hangup', reason: why });
    },
  });
  try {
    const { server, twin, control } = await shakeHands(
      connection,
      limits,
      options.twinSocket,
      logger,
    );
    const table = new DmaTable(Math.min(limits.maxDmaMaps, server.maxDmaMaps), events, logger);
    service = new DmaService(table.port, limits.maxDataXferSize);
    parts.add(toDisposable(() => table.clear()));
    if (twin !== undefined) {
      const lost = connection.broken.bind(connection);
      parts.add(new TwinService(twin, { ...channelLimits, maxDescriptors: 0 }, service, lost));
    }
    const info = await askInfo(connection);
    const most = Math.min(limits.maxDataXferSize, server.maxDataXferSize);
    const regions = new RegionCalls(connection, {
      most,
      maxInfo: limits.maxDataXferSize,
      isPci: (info.flags & VFIO_DEVICE_FLAGS_PCI) !== 0,
      postedWrites: options.postedWrites,
      trusted: options.trusted,
    });
    const irqs = new IrqTable(
      async (payload, descriptors) => {
        await connection.ask(VFIO_USER_DEVICE_SET_IRQS, payload, descriptors);
      },
      Math.min(server.maxMsgFds, SCM_MAX_FD),
      (error) => {
        logger.warn('an interrupt target of the client failed', { error });
      },
    );
    parts.add(toDisposable(() => irqs.close()));
    const features = new FeatureCalls(connection, channelLimits.maxPayload, table.space);
    const migration = new MigrationClient(connection, features, most);
    parts.add(toDisposable(() => migration.end()));
    connection.requireLive();
    return {
      connection,
      events,
      info,
      server,
      regions,
      irqs,
      dma: new DmaCalls(connection, table, server.maxMsgFds > 0),
      features,
      migration,
      control: control ? new ControlCalls(connection, clock, timeoutMs) : undefined,
      close: () => {
        connection.close(coreFailure('device.closed'));
        parts[Symbol.dispose]();
        events.end();
      },
    };
  } catch (error) {
    connection[Symbol.dispose]();
    parts[Symbol.dispose]();
    throw error;
  }
}

function connectionOn(stream: UnixStream, options: ConnectionOptions): Connection {
  try {
    return new Connection(stream, options);
  } catch (error) {
    stream[Symbol.dispose]();
    throw error;
  }
}

async function askInfo(connection: Connection): Promise<DeviceInfo> {
  const request = VfioUserDeviceInfo.encode({ argsz: VfioUserDeviceInfo.size });
  const reply = await connection.ask(VFIO_USER_DEVICE_GET_INFO, request);
  if (reply.length < VfioUserDeviceInfo.size) {
    throw failure('vfio-user.bad-reply', { problem: 'the device info is cut' });
  }
  const { flags, num_regions, num_irqs } = VfioUserDeviceInfo.decode(reply);
  return { flags, numRegions: num_regions, numIrqs: num_irqs };
}
