import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Db } from '../../../shared/db/db.ts';
import { isDuplicate } from '../../../shared/db/db-errors.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once } from '../../../shared/idempotency/once.ts';
import { ConsentDocument, type ConsentPurpose } from './consent.entity.ts';
import type { PublishConsentDocumentInput } from './consent.inputs.ts';
import type { ConsentStore } from './consent.store.ts';

const LONGEST = { titleZh: 128, titleEn: 128, textZh: 10_000, textEn: 10_000 } as const;

/** New versions of the texts that are consented to. Whoever had consented to an older one is asked anew. */
export class ConsentPublishingService {
  readonly #db: Db;
  readonly #store: ConsentStore;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(db: Db, store: ConsentStore, audit: Audit, now: () => Date) {
    this.#db = db;
    this.#store = store;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * Whether the actor may is for the rules to decide before.
   * @throws AppError VALIDATION_FAILED, VERSION_CONFLICT, IDEMPOTENCY_KEY_REUSED
   */
  async publish(actor: Actor, input: PublishConsentDocumentInput): Promise<ConsentDocument> {
    const { idempotencyKey: key, ...body } = input;
    const { purpose, expectedVersion } = body;
    const now = this.#now();
    const texts = textsOf(input);
    const effectiveFrom = input.effectiveFrom ?? now;
    if (input.effectiveFrom && input.effectiveFrom < now) {
      throw new AppError('VALIDATION_FAILED', { field: 'effectiveFrom', reason: `≥ ${now.toISOString()}` });
    }
    const call = { actor, operation: 'publishConsentDocument', key, body, now };
    const version = expectedVersion + 1;
    try {
      await this.#db.transaction((tx) =>
        once(tx, call, async () => {
          const [newest] = await this.#store.lockVersions(tx, purpose);
          if ((newest?.version ?? 0) !== expectedVersion) throw new AppError('VERSION_CONFLICT');
          const made = { purpose, version, ...texts, effectiveFrom };
          const by = { publishedBy: actorId(actor), publishedAt: now };
          await this.#store.publish(tx, Object.assign(new ConsentDocument(), made, by));
          await this.#audit.record(tx, {
            actor,
            action: 'consent.publish',
            subjectType: 'ConsentDocument',
            subjectId: `${purpose}/${version}`,
            detail: { effectiveFrom: effectiveFrom.toISOString() },
          });
          return `${purpose}/${version}`;
        }),
      );
    } catch (error) {
      throw isDuplicate(error) ? new AppError('VERSION_CONFLICT', {}, { cause: error }) : error;
    }
    return this.#get(purpose, version);
  }

  async #get(purpose: ConsentPurpose, version: number): Promise<ConsentDocument> {
    const found = await this.#store.findDocument(purpose, version);
    if (!found) throw new AppError('NOT_FOUND', { what: 'ConsentDocument' });
    return found;
  }
}

function textsOf(input: PublishConsentDocumentInput): Record<keyof typeof LONGEST, string> {
  const texts = { titleZh: '', titleEn: '', textZh: '', textEn: '' };
  for (const field of Object.keys(LONGEST) as (keyof typeof LONGEST)[]) {
    const text = input[field].trim();
    if (text === '' || text.length > LONGEST[field]) {
      throw new AppError('VALIDATION_FAILED', { field, reason: `1 – ${LONGEST[field]}` });
    }
    texts[field] = text;
  }
  return texts;
}
