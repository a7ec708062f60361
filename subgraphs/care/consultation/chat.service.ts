import type { Actor } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { replayThenFollow } from '../../../shared/live/replay.ts';
import type { Wake } from '../../../shared/redis/wake.ts';
import type { ConsentCheck } from '../consent/consent-check.ts';
import { ChatMessage } from './chat-message.entity.ts';
import type { ChatMessageStore } from './chat-message.store.ts';
import type { SendChatMessageInput } from './chat.inputs.ts';
import { ConsultationStatus } from './consultation.entity.ts';
import type { ConsultationStore } from './consultation.store.ts';
import { partyIn } from './party.ts';

const PAGE = 100;
const LONGEST = 2000;

/**
 * Why a patient may add nothing to a consultation. A doctor's answers never wait for a consent, since somebody who is
 * being treated must not be left alone.
 */
export async function patientRefusal(
  store: ConsultationStore,
  consents: ConsentCheck,
  actor: Actor,
  consultationId: string,
): Promise<AppError | undefined> {
  const consultation = await store.find(consultationId);
  if (consultation === null || consultation.patientId === null) return undefined;
  if (actor.kind !== 'account' || actor.accountId !== consultation.patientAccountId) return undefined;
  return consents.refusalWithin(consultation.patientId);
}

export class ChatService {
  readonly #db: Db;
  readonly #store: ConsultationStore;
  readonly #messages: ChatMessageStore;
  readonly #consents: ConsentCheck;
  readonly #wake: Wake;
  readonly #now: () => Date;

  constructor(
    db: Db,
    store: ConsultationStore,
    messages: ChatMessageStore,
    consents: ConsentCheck,
    wake: Wake,
    now: () => Date,
  ) {
    this.#db = db;
    this.#store = store;
    this.#messages = messages;
    this.#consents = consents;
    this.#wake = wake;
    this.#now = now;
  }

  /**
   * Appends a message; a retry with the same key answers with the message that is there.
   * @throws AppError BAD_ID, NOT_FOUND, CONSULTATION_CLOSED, CONSENT_NEEDED for a patient without a consent that holds,
   *   UNAVAILABLE when users cannot tell, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED
   */
  async send(actor: Actor, input: SendChatMessageInput): Promise<ChatMessage> {
    const body = input.body.trim();
    if (body === '' || body.length > LONGEST) {
      throw new AppError('VALIDATION_FAILED', { field: 'body', reason: `1 – ${LONGEST}` });
    }
    if (input.idempotencyKey === '' || input.idempotencyKey.length > 64) {
      throw new AppError('VALIDATION_FAILED', { field: 'idempotencyKey', reason: '1 – 64' });
    }
    const consultationId = parseId('con', input.consultationId);
    const refusal = await patientRefusal(this.#store, this.#consents, actor, consultationId);
    return this.#db.transaction(async (tx) => {
      const consultation = await this.#store.lock(tx, consultationId);
      const sender = consultation && (await partyIn(tx.manager, consultation, actor));
      if (!consultation || !sender) throw new AppError('NOT_FOUND', { what: 'Consultation' });
      const earlier = await this.#messages.byKey(tx, consultation.id, sender, input.idempotencyKey);
      if (earlier) {
        if (earlier.body !== body) throw new AppError('IDEMPOTENCY_KEY_REUSED');
        return earlier;
      }
      if (consultation.status !== ConsultationStatus.OPEN) throw new AppError('CONSULTATION_CLOSED');
      if (refusal !== undefined) throw refusal;
      const message = Object.assign(new ChatMessage(), {
        id: newId('msg'),
        consultationId: consultation.id,
        seq: consultation.lastSeq + 1,
        sender,
        body,
        idempotencyKey: input.idempotencyKey,
        sentAt: this.#now(),
      });
      await this.#messages.append(tx, message);
      tx.afterCommit(() => this.#wake.call(topicOf(consultation.id)));
      return message;
    });
  }

  /** Messages after `afterSeq` from the database first, then each new one, in order and without gap. */
  follow(consultationId: string, afterSeq: number): AsyncGenerator<ChatMessage, void, undefined> {
    return replayThenFollow(this.#wake, topicOf(consultationId), afterSeq, (after) =>
      this.#messages.after(consultationId, after, PAGE, 'primary'),
    );
  }
}

function topicOf(consultationId: string): string {
  return `consultation:${consultationId}`;
}
