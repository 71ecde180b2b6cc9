import {
  SPDM_CAP_KEY_UPD,
  SPDM_KEY_UPDATE_ACK,
  SPDM_KEY_UPDATE_UPDATE_ALL_KEYS,
  SPDM_KEY_UPDATE_UPDATE_KEY,
  SPDM_KEY_UPDATE_VERIFY_NEW_KEY,
} from '@mdevkit/uapi';
import { decodeKeyUpdateAck, encodeKeyUpdate } from '../../../abi/spdm/index.js';
import { failure } from '../../../errors/index.js';
import { exchangeMessages, needCapability, type Conversation } from '../connection/index.js';
import type { SecuredPort } from './secured-port.js';

/** Whose keys are replaced: those of requests, or those of both directions. */
export type KeyUpdateScope = 'requests' | 'all';

/**
 * KEY_UPDATE: new keys, and a message that shows that the device has them too. The device answers with its new keys if
 * they are to be replaced as well. An acknowledgement of anything else ends the session: nobody knows which keys hold.
 *
 * Source: DSP0274 1.3, section KEY_UPDATE.
 *
 * @throws MdevError EPROTONOSUPPORT `doe.spdm-capability`, EPROTO `doe.spdm-key-update`
 */
export async function updateKeys(
  conversation: Conversation,
  port: SecuredPort,
  scope: KeyUpdateScope,
  signal?: AbortSignal,
): Promise<void> {
  needCapability(conversation.flags, SPDM_CAP_KEY_UPD, 'key update');
  if (scope === 'all') {
    const { updated } = await port.expectUpdate(() =>
      exchange(conversation, port, SPDM_KEY_UPDATE_UPDATE_ALL_KEYS, signal),
    );
    if (!updated) {
      throw wrong(port, SPDM_KEY_UPDATE_UPDATE_ALL_KEYS);
    }
  } else {
    await exchange(conversation, port, SPDM_KEY_UPDATE_UPDATE_KEY, signal);
  }
  port.updateRequests();
  await exchange(conversation, port, SPDM_KEY_UPDATE_VERIFY_NEW_KEY, signal);
}

async function exchange(
  conversation: Conversation,
  port: SecuredPort,
  operation: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { context, random } = conversation;
  const [tag = 0] = random(1);
  const request = encodeKeyUpdate({ version: context.version, operation, tag });
  const answer = await exchangeMessages(conversation, request, SPDM_KEY_UPDATE_ACK, signal);
  const { message } = decodeKeyUpdateAck(answer, context);
  if (message.operation !== operation || message.tag !== tag) {
    throw wrong(port, operation);
  }
}

function wrong(port: SecuredPort, operation: number): Error {
  port.end();
  return failure('doe.spdm-key-update', { operation });
}
