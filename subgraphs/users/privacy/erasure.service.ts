import { Not } from 'typeorm';
import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { FieldCipher } from '../../../shared/crypto/field-cipher.ts';
import type { Db, Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { once, unlessAnswered } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import { lockAccount } from '../account/lock-account.ts';
import { Doctor } from '../doctor/doctor.entity.ts';
import { Identity, IdentityKind } from '../login/identity.entity.ts';
import type { LoginCodeService } from '../login/login-code.service.ts';
import { RoleGrant } from '../role/role-grant.entity.ts';
import { Session } from '../session/session.entity.ts';
import { Pharmacist } from '../staff/pharmacist.entity.ts';
import { ErasureRequest, ErasureStatus } from './erasure-request.entity.ts';
import type { CancelErasureInput, RequestErasureInput } from './privacy.inputs.ts';

/** A login as young as this is proof enough of who it is, ms. */
const FRESH_MS = 10 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** Whoever has one has signed what must keep its author. */
const PROFILES = [
  ['DOCTOR', Doctor],
  ['PHARMACIST', Pharmacist],
] as const;

export interface ErasureParts {
  readonly db: Db;
  readonly audit: Audit;
  readonly cipher: FieldCipher;
  readonly codes: LoginCodeService;
  /** How long the owner can think better of it, days. */
  readonly coolingDays: number;
  readonly now: () => Date;
}

/** Requests to erase an account (个人信息保护法 article 47), which wait for some days; `ErasureJob` carries them out. */
export class ErasureService {
  readonly #parts: ErasureParts;

  constructor(parts: ErasureParts) {
    this.#parts = parts;
  }

  /**
   * One that waits already is the answer to another one.
   * @returns the identifier
   * @throws AppError REAUTHENTICATION_NEEDED, LOGIN_CODE_WRONG, ERASURE_BLOCKED, VALIDATION_FAILED,
   *   IDEMPOTENCY_KEY_REUSED
   */
  async request(actor: Actor, { code, idempotencyKey: key }: RequestErasureInput): Promise<string> {
    const { db, audit, coolingDays } = this.#parts;
    const now = this.#parts.now();
    const accountId = actorId(actor);
    const call = { actor, operation: 'requestErasure', key, body: {}, now };
    return unlessAnswered(db, call, async () => {
      await this.#assertProven(actor, code ?? '');
      return db.transaction((tx) =>
        once(tx, call, async () => {
          await lockAccount(tx, accountId);
          await assertFree(tx, accountId);
          const open = await tx.manager.findOneBy(ErasureRequest, { openFor: accountId });
          if (open) return open.id;
          const id = newId('ers');
          await tx.manager.insert(ErasureRequest, {
            id,
            accountId,
            openFor: accountId,
            status: ErasureStatus.PENDING,
            requestedAt: now,
            dueAt: new Date(now.getTime() + coolingDays * DAY_MS),
            endedAt: null,
          });
          const subject = { subjectType: 'Account', subjectId: accountId };
          await audit.record(tx, { actor, action: 'erasure.request', ...subject, detail: { coolingDays } });
          return id;
        }),
      );
    });
  }

  /** @returns the identifier @throws AppError NOT_FOUND when none waits, or it has begun */
  async cancel(actor: Actor, { idempotencyKey: key }: CancelErasureInput): Promise<string> {
    const { db, audit } = this.#parts;
    const now = this.#parts.now();
    const accountId = actorId(actor);
    return db.transaction((tx) =>
      once(tx, { actor, operation: 'cancelErasure', key, body: {}, now }, async () => {
        const open = await tx.manager.findOneBy(ErasureRequest, { openFor: accountId });
        const waits = { id: open?.id ?? '', status: ErasureStatus.PENDING };
        const ended = { status: ErasureStatus.CANCELLED, openFor: null, endedAt: now };
        const { affected } = await tx.manager.update(ErasureRequest, waits, ended);
        if (affected !== 1) throw new AppError('NOT_FOUND', { what: 'ErasureRequest' });
        const subject = { subjectType: 'Account', subjectId: accountId };
        await audit.record(tx, { actor, action: 'erasure.cancel', ...subject });
        return waits.id;
      }),
    );
  }

  /** The last one of an account. */
  async ofAccount(accountId: string): Promise<ErasureRequest | null> {
    return this.#parts.db.read((manager) =>
      manager.findOne(ErasureRequest, { where: { accountId }, order: { id: 'DESC' } }),
    );
  }

  /** Whoever holds the terminal is the owner: by a login of a moment ago, or by a code that one of the phones got. */
  async #assertProven(actor: Actor, code: string): Promise<void> {
    const { db, now } = this.#parts;
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const { accountId, sessionId } = actor;
    const session = await db.readPrimary((manager) => manager.findOneBy(Session, { id: sessionId }));
    const isFresh = session !== null && now().getTime() - session.createdAt.getTime() < FRESH_MS;
    if (isFresh) return;
    if (code.trim() === '') throw new AppError('REAUTHENTICATION_NEEDED', { minutes: FRESH_MS / 60_000 });
    // A transaction of its own: a wrong try must be counted although the request fails.
    const isRight = await db.transaction(async (tx) => {
      for (const phone of await phonesOf(tx, this.#parts.cipher, accountId)) {
        if (await this.#parts.codes.redeem(tx, phone, code.trim())) return true;
      }
      return false;
    });
    if (!isRight) throw new AppError('LOGIN_CODE_WRONG');
  }
}

/**
 * Who practises or administers gives that up first: records must stay signed by somebody, and the platform must not
 * lose its last administrator.
 * @throws AppError ERASURE_BLOCKED with the role
 */
export async function assertFree({ manager }: Tx, accountId: string): Promise<void> {
  const grant = await manager.findOneBy(RoleGrant, { accountId, role: Not('PATIENT') });
  if (grant) throw new AppError('ERASURE_BLOCKED', { reason: grant.role });
  for (const [reason, profile] of PROFILES) {
    if (await manager.existsBy(profile, { accountId })) throw new AppError('ERASURE_BLOCKED', { reason });
  }
}

/** The numbers by which an account can log in, E.164. */
export async function phonesOf({ manager }: Tx, cipher: FieldCipher, accountId: string): Promise<string[]> {
  const identities = await manager.findBy(Identity, { accountId, kind: IdentityKind.SMS });
  return identities.map(({ id, subject }) =>
    cipher.decrypt(subject, { table: 'identity', column: 'subject', rowId: id }),
  );
}
