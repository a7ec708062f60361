import { MoreThan } from 'typeorm';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { ChatMessage, type ChatParty } from './chat-message.entity.ts';
import { Consultation } from './consultation.entity.ts';

const BATCH = 500;

/** Rows of messages; their texts are in clear on this side alone. */
export class ChatMessageStore {
  readonly #db: Db;
  readonly #cipher: FieldCipher;

  constructor(db: Db, cipher: FieldCipher) {
    this.#db = db;
    this.#cipher = cipher;
  }

  async byKey(
    { manager }: Tx,
    consultationId: string,
    sender: ChatParty,
    idempotencyKey: string,
  ): Promise<ChatMessage | null> {
    const row = await manager.findOneBy(ChatMessage, { consultationId, sender, idempotencyKey });
    return row && this.#open(row);
  }

  /** Adds a message whose text is in clear, as the last one of its consultation. */
  async append({ manager }: Tx, message: ChatMessage): Promise<void> {
    await manager.insert(ChatMessage, this.#encrypted(message));
    await manager.update(Consultation, { id: message.consultationId }, { lastSeq: message.seq });
  }

  /** Messages after a number, ascending; from the primary where a late one would look like a gap in a live feed. */
  async after(
    consultationId: string,
    after: number,
    limit: number,
    from: 'replica' | 'primary' = 'replica',
  ): Promise<ChatMessage[]> {
    const work = (manager: Tx['manager']) =>
      manager.find(ChatMessage, {
        where: { consultationId, seq: MoreThan(after) },
        order: { seq: 'ASC' },
        take: limit,
      });
    const rows = await (from === 'primary' ? this.#db.readPrimary(work) : this.#db.read(work));
    return rows.map((row) => this.#open(row));
  }

  /**
   * Encrypts the texts that an earlier release wrote in clear, while everything runs. Each batch is committed by itself,
   * so it can be stopped and begun again at any time. No process of that release may run any more: it would show what
   * is encrypted.
   * @returns how many messages were encrypted
   */
  async encryptOld(): Promise<number> {
    for (let count = 0; ;) {
      const done = await this.#db.transaction(async ({ manager }) => {
        const lock = { mode: 'pessimistic_write' } as const;
        const rows = await manager.find(ChatMessage, { where: { isEncrypted: false }, take: BATCH, lock });
        for (const row of rows) {
          const { body, isEncrypted } = this.#encrypted(row);
          await manager.update(ChatMessage, { id: row.id }, { body, isEncrypted });
        }
        return rows.length;
      });
      count += done;
      if (done < BATCH) return count;
    }
  }

  #encrypted(message: ChatMessage): ChatMessage {
    const body = this.#cipher.encrypt(message.body, placeOf(message.id));
    return Object.assign(new ChatMessage(), message, { body, isEncrypted: true });
  }

  /** @throws AppError DECRYPT_FAILED */
  #open(row: ChatMessage): ChatMessage {
    if (!row.isEncrypted) return row;
    return Object.assign(row, { body: this.#cipher.decrypt(row.body, placeOf(row.id)) });
  }
}

const placeOf = (rowId: string) => ({ table: 'chat_message', column: 'body', rowId });
