import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId, holds } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { placeOfInstitution } from '../role/scope.ts';
import type { LicenceParts } from './licence-application.service.ts';
import { LicenceStatus, StaffLicence } from './licence.entity.ts';
import {
  LicenceDecision,
  type ReinstateLicenceInput,
  type RenewLicenceInput,
  type ReviewLicenceInput,
  type SuspendLicenceInput,
} from './licence.inputs.ts';
import { assertMove } from './licence-state.ts';
import { putIntoPractice } from './practitioner.ts';
import { checkedReason } from './reason.ts';

/** How many overdue licences one run of the job writes down. */
const BATCH = 200;

interface Change {
  readonly action: string;
  readonly to: LicenceStatus;
  readonly from: readonly LicenceStatus[];
  readonly fields: Partial<StaffLicence>;
}

type Edit = Pick<ReinstateLicenceInput, 'licenceId' | 'expectedVersion' | 'idempotencyKey'>;

/**
 * Decides about licences. What a licence allows is asked with every authority, so each decision is effective everywhere
 * within two seconds.
 */
export class LicenceReviewService {
  readonly #parts: LicenceParts;

  constructor(parts: LicenceParts) {
    this.#parts = parts;
  }

  /**
   * Approving makes the profile and gives the role; rejecting leaves the number to whoever applies with it next.
   * @returns the identifier of the licence
   * @throws AppError BAD_ID, NOT_FOUND for one that the caller does not review, LICENCE_REVIEW_OWN, VERSION_CONFLICT,
   *   LICENCE_STATE, VALIDATION_FAILED, ROLES_INCOMPATIBLE, IDEMPOTENCY_KEY_REUSED
   */
  async review(actor: Actor, input: ReviewLicenceInput): Promise<string> {
    const isApproved = input.decision === LicenceDecision.APPROVE;
    const reason = isApproved ? null : checkedReason(input.reason);
    return this.#change(actor, 'reviewLicence', input, {
      action: isApproved ? 'staff_licence.approve' : 'staff_licence.reject',
      to: isApproved ? LicenceStatus.APPROVED : LicenceStatus.REJECTED,
      from: [LicenceStatus.SUBMITTED],
      fields: { reason, ...(!isApproved && { licenceIndex: null }) },
    });
  }

  /** @throws AppError as {@link review} */
  async suspend(actor: Actor, input: SuspendLicenceInput): Promise<string> {
    return this.#change(actor, 'suspendLicence', input, {
      action: 'staff_licence.suspend',
      to: LicenceStatus.SUSPENDED,
      from: [LicenceStatus.APPROVED],
      fields: { reason: checkedReason(input.reason) },
    });
  }

  /** One whose last day is over meanwhile is expired then. @throws AppError as {@link review} */
  async reinstate(actor: Actor, input: ReinstateLicenceInput): Promise<string> {
    return this.#change(actor, 'reinstateLicence', input, {
      action: 'staff_licence.reinstate',
      to: LicenceStatus.APPROVED,
      from: [LicenceStatus.SUSPENDED],
      fields: { reason: null },
    });
  }

  /** @throws AppError as {@link review} */
  async renew(actor: Actor, input: RenewLicenceInput): Promise<string> {
    const { validUntil } = input;
    return this.#change(actor, 'renewLicence', input, {
      action: 'staff_licence.renew',
      to: LicenceStatus.APPROVED,
      from: [LicenceStatus.APPROVED, LicenceStatus.EXPIRED],
      fields: { validUntil },
    });
  }

  /** Writes down which licences are expired; they have had no effect since midnight. @returns how many */
  async expireOverdue(): Promise<number> {
    const { db, licences, audit, now } = this.#parts;
    let expired = 0;
    for (const licence of await licences.overdue(businessDay(now()), BATCH)) {
      await db.transaction(async (tx) => {
        if (!(await licences.markExpired(tx, licence))) return;
        const subject = { subjectType: 'StaffLicence', subjectId: licence.id };
        const actor: Actor = { kind: 'service', name: 'users' };
        await audit.record(tx, { actor, action: 'staff_licence.expire', ...subject });
      });
      expired += 1;
    }
    return expired;
  }

  async #change(actor: Actor, operation: string, input: Edit, change: Change): Promise<string> {
    const { db, fingerprint, now } = this.#parts;
    const id = parseId('lic', input.licenceId);
    const body = { fingerprint: fingerprint.of(canonical(input)) };
    const call = { actor, operation, key: input.idempotencyKey, body, now: now() };
    return db.transaction((tx) =>
      once(tx, call, async () => {
        await this.#decide(tx, actor, id, input.expectedVersion, change);
        return id;
      }),
    );
  }

  async #decide(
    tx: Tx,
    actor: Actor,
    id: string,
    expectedVersion: number,
    { action, to, from, fields }: Change,
  ): Promise<void> {
    const { licences, audit, now } = this.#parts;
    const at = now();
    const today = businessDay(at);
    const known = await licences.lock(tx, { id });
    if (!known || !holds(actor, 'staff.license', placeOfInstitution(known.institutionId))) {
      throw new AppError('NOT_FOUND', { what: 'StaffLicence' });
    }
    if (known.accountId === actorId(actor)) throw new AppError('LICENCE_REVIEW_OWN');
    if (known.version !== expectedVersion) throw new AppError('VERSION_CONFLICT');
    assertMove(known, to, from, today);
    const licence = Object.assign(new StaffLicence(), known, fields, {
      status: to,
      version: known.version + 1,
      reviewedAt: at,
      reviewedBy: actorId(actor),
    });
    const isFirst = known.status === LicenceStatus.SUBMITTED && to === LicenceStatus.APPROVED;
    const mustLast = isFirst || fields.validUntil !== undefined;
    if (mustLast && licence.validUntil !== null && licence.validUntil < today) {
      throw new AppError('VALIDATION_FAILED', { field: 'validUntil', reason: `≥ ${today}` });
    }
    await licences.update(tx, licence);
    const { kind, institutionId, version, validUntil } = licence;
    const detail = { kind, institutionId, version, validUntil };
    await audit.record(tx, { actor, action, subjectType: 'StaffLicence', subjectId: id, detail });
    if (isFirst) await putIntoPractice(tx, audit, actor, licence, at);
  }
}
