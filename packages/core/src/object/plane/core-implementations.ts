import { failure } from '../../errors/index.js';
import { EventChannel, type ReportListener } from '../../event/channel/event-channel.js';
import type { Logger } from '../../log/index.js';
import { implement, type Call, type Implementation } from '../implement/index.js';
import { ControlFile } from './control-file.js';
import type { MethodTree } from '../schema/bound.js';
import {
  DeviceClass,
  EventChannelClass,
  EventChannelFlags,
  MAX_ATTRIBUTE_BYTES,
  describeTree,
} from '../schema/index.js';
import { ChannelObject } from './channel-object.js';

const HANDLES_AT_ONCE = Math.floor(MAX_ATTRIBUTE_BYTES / 8);

/** What the classes of the core need to know of the plane that they are of. */
export interface CorePlane {
  readonly driver: string;
  readonly driverId: number;
  readonly logger: Logger;
  /** Events that a channel holds unless the client says how many. */
  readonly eventCapacity: number;
  readonly tree: () => MethodTree;
  /** Told what objects report. */
  readonly onReport: ReportListener | undefined;
}

/** The classes that every device has. */
export function coreImplementations(plane: CorePlane): readonly Implementation[] {
  return [deviceClass(plane), eventChannelClass(plane)];
}

function deviceClass(plane: CorePlane): Implementation {
  let catalogue: Uint8Array | undefined;
  return implement(DeviceClass).withState({
    query: ({ start = 0 }) => {
      catalogue ??= describe(plane);
      const end = Math.min(start + MAX_ATTRIBUTE_BYTES, catalogue.length);
      return { catalogue: catalogue.subarray(start, end), total: catalogue.length };
    },
    infoHandles: ({ classId, start = 0 }, call) => {
      if (plane.tree().classAt(classId) === undefined) {
        // Not EPROTONOSUPPORT: the method is there.
        throw failure('object.class', { class: classId });
      }
      const handles = fileOf(call)
        .objects.list()
        .filter(({ bound }) => bound.wireId === classId)
        .map(({ handle }) => BigInt(handle));
      return { total: handles.length, handles: handles.slice(start, start + HANDLES_AT_ONCE) };
    },
  });
}

/** Without handles, which change: a client asks for them class by class. */
function describe({ driver, driverId, tree }: CorePlane): Uint8Array {
  const classes = describeTree(tree(), () => []);
  return new TextEncoder().encode(JSON.stringify({ driver, driverId, classes }));
}

function eventChannelClass(plane: CorePlane): Implementation {
  return implement(EventChannelClass).withState<ChannelObject>(
    {
      create: ({ capacity = plane.eventCapacity, flags }, call) => ({
        state: ChannelObject.make(
          fileOf(call),
          new EventChannel({ capacity, logger: plane.logger, onReport: plane.onReport }),
          (flags & EventChannelFlags.DEVICE_EVENTS) !== 0,
        ),
      }),
      openDefault: (_, call) => {
        const file = fileOf(call);
        if (file.isDefaultOpen) {
          throw failure('object.default-open');
        }
        return { state: ChannelObject.ofDefault(file) };
      },
    },
    {
      release: (object, reason) => {
        object.release(reason === 'driver-remove');
      },
      descriptor: ({ operations }) => operations,
    },
  );
}

function fileOf({ client }: Call): ControlFile {
  if (!(client instanceof ControlFile)) {
    throw new TypeError('the client of a call is a ControlFile');
  }
  return client;
}
