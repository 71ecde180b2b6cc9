import { VfioUserMigData } from '@mdevkit/uapi';
import { failure } from '../../errors/index.js';
import type { Reply, Request, SessionContext } from '../context.js';
import { readArgsz, requirePayload } from './payload.js';

/** MIG_DATA_READ. */
export async function readMigrationData(session: SessionContext, request: Request): Promise<Reply> {
  const size = readSize(session, request);
  const data = await session.migration.read(size);
  const payload = new Uint8Array(VfioUserMigData.size + data.length);
  VfioUserMigData.encode({ argsz: payload.length, size: data.length }, payload);
  payload.set(data, VfioUserMigData.size);
  return { payload };
}

/** MIG_DATA_WRITE; the reply is a bare header. */
export async function writeMigrationData(
  session: SessionContext,
  request: Request,
): Promise<undefined> {
  const size = readSize(session, request);
  const end = VfioUserMigData.size + size;
  requirePayload(request, end);
  await session.migration.write(request.payload.subarray(VfioUserMigData.size, end));
}

/** The bytes to move: as many as both sides take in one message, and as argsz has room for. */
function readSize({ client, limits }: SessionContext, request: Request): number {
  const argsz = readArgsz(request, VfioUserMigData.size);
  const { size } = VfioUserMigData.decode(request.view);
  const maximum = Math.min(client.capabilities.maxDataXferSize, limits.maxDataXferSize);
  if (size > maximum) {
    throw failure('vfio-user.migration-size', { size, maximum });
  }
  if (argsz < VfioUserMigData.size + size) {
    throw failure('vfio-user.argsz', { argsz, minimum: VfioUserMigData.size + size });
  }
  return size;
}
