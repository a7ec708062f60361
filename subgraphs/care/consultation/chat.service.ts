import type { Actor } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { newId, parseId } from '../../../shared/ids/ids.ts';
import { replayThenFollow } from '../../../shared/live/replay.ts';
import type { Wake } from '../../../shared/redis/wake.ts';
import { ChatMessage, ChatParty } from './chat-message.entity.ts';
import type { SendChatMessageInput } from './chat.inputs.ts';
import { type Consultation, ConsultationStatus } from './consultation.entity.ts';
import type { ConsultationStore } from './consultation.store.ts';

const PAGE = 100;
const LONGEST = 2000;

/** Which side of a consultation somebody is, undefined for a stranger. */
export function partyOf(consultation: Consultation, actor: Actor): ChatParty | undefined {
  if (actor.kind !== 'account') return undefined;
  if (actor.accountId === consultation.patientAccountId) return ChatParty.PATIENT;
  return actor.accountId === consultation.doctorAccountId ? ChatParty.DOCTOR : undefined;
}

export class ChatService {
  readonly #db: Db;
  readonly #store: ConsultationStore;
  readonly #wake: Wake;
  readonly #now: () => Date;

  constructor(db: Db, store: ConsultationStore, wake: Wake, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#wake = wake;
    this.#now = now;
  }

  /**
   * Appends a message; a retry with the same key answers with the message that is there.
   * @throws AppError BAD_ID, NOT_FOUND, CONSULTATION_CLOSED, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED
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
    return this.#db.transaction(async (tx) => {
      const consultation = await this.#store.lock(tx, consultationId);
      const sender = consultation && partyOf(consultation, actor);
      if (!consultation || !sender) throw new AppError('NOT_FOUND', { what: 'Consultation' });
      const earlier = await this.#store.messageByKey(tx, consultation.id, sender, input.idempotencyKey);
      if (earlier) {
        if (earlier.body !== body) throw new AppError('IDEMPOTENCY_KEY_REUSED');
        return earlier;
      }
      if (consultation.status !== ConsultationStatus.OPEN) throw new AppError('CONSULTATION_CLOSED');
      const message = Object.assign(new ChatMessage(), {
        id: newId('msg'),
        consultationId: consultation.id,
        seq: consultation.lastSeq + 1,
        sender,
        body,
        idempotencyKey: input.idempotencyKey,
        sentAt: this.#now(),
      });
      await this.#store.append(tx, message);
      tx.afterCommit(() => this.#wake.call(topicOf(consultation.id)));
      return message;
    });
  }

  /** Messages after `afterSeq` from the database first, then each new one, in order and without gap. */
  follow(consultationId: string, afterSeq: number): AsyncGenerator<ChatMessage, void, undefined> {
    return replayThenFollow(this.#wake, topicOf(consultationId), afterSeq, (after) =>
      this.#store.messagesAfter(consultationId, after, PAGE, 'primary'),
    );
  }
}

function topicOf(consultationId: string): string {
  return `consultation:${consultationId}`;
}
