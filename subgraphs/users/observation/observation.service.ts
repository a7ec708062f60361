import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Tx } from '../../../shared/db/db.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { canonical, once } from '../../../shared/idempotency/once.ts';
import { newId } from '../../../shared/ids/ids.ts';
import type { FollowUpProgress } from '../follow-up/follow-up.progress.ts';
import type { Patient } from '../patient/patient.entity.ts';
import { lockPatient } from '../patient/patient-lock.ts';
import { type CheckedItem, checkItem, Refused } from './observation.checks.ts';
import { Observation, ObservationStatus, ObservationUpload } from './observation.entity.ts';
import type { UploadObservationsInput, VoidObservationInput } from './observation.inputs.ts';
import type { ObservationStore } from './observation.store.ts';
import { OutcomeStatus } from './observation.types.ts';
import { ObservationRefusal, type RefusalParams } from './refusals.ts';

const MOST_ITEMS = 500;

/** What became of one item, as it is kept. */
export interface UploadOutcome {
  readonly status: OutcomeStatus;
  readonly observationId: string | null;
  readonly refusal: ObservationRefusal | null;
  readonly params: RefusalParams;
}

/** Takes in what was measured, and takes it back. Whether the actor may change the patient is decided before. */
export class ObservationService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'now'>;
  readonly #store: ObservationStore;
  readonly #followUps: FollowUpProgress;
  readonly #fingerprint: BlindIndex;

  /** @param fingerprint tells the bodies of calls apart without a hash that could be guessed. */
  constructor(
    ground: Pick<Foundation, 'db' | 'audit' | 'now'>,
    store: ObservationStore,
    followUps: FollowUpProgress,
    fingerprint: BlindIndex,
  ) {
    this.#ground = ground;
    this.#store = store;
    this.#followUps = followUps;
    this.#fingerprint = fingerprint;
  }

  /**
   * Keeps what can be kept of a batch, in one transaction, and tells for each item what became of it. What is here
   * already is not kept again, whichever batch brings it.
   * @throws AppError VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED; an item alone never fails the batch
   */
  async upload(
    actor: Actor,
    { id: patientId, birthDate }: Patient,
    input: UploadObservationsInput,
  ): Promise<{ uploadId: string; outcomes: UploadOutcome[] }> {
    const { items, idempotencyKey: key } = input;
    const deviceId = input.deviceId ?? null;
    if (items.length < 1 || items.length > MOST_ITEMS) {
      throw new AppError('VALIDATION_FAILED', { field: 'items', reason: `1 – ${MOST_ITEMS}` });
    }
    if (deviceId !== null && !/^[\w.:-]{1,64}$/.test(deviceId)) {
      throw new AppError('VALIDATION_FAILED', { field: 'deviceId', reason: '[A-Za-z0-9._:-]{1,64}' });
    }
    const { db, now: clock } = this.#ground;
    const now = clock();
    const checked = items.map((item) => checkItem(item, { deviceId, birthDate, now }));
    const body = { fingerprint: this.#fingerprint.of(canonical(input)) };
    return db.transaction(async (tx) => {
      const call = { actor, operation: 'uploadObservations', key, body, now };
      const uploadId = await once(tx, call, async () => {
        await lockPatient(tx, patientId);
        const common = { patientId, deviceId, recordedBy: actorId(actor), recordedAt: now };
        const { outcomes, fresh } = await this.#sort(tx, common, checked);
        await this.#store.insert(tx, fresh);
        await this.#followUps.observed(tx, actor, patientId, fresh);
        return this.#keep(tx, actor, { patientId, outcomes, now });
      });
      const { outcomes } = await this.#store.upload(tx, uploadId);
      return { uploadId, outcomes: JSON.parse(outcomes) as UploadOutcome[] };
    });
  }

  /**
   * Takes an observation back; a follow-up that it had fulfilled is open again.
   * @throws AppError OBSERVATION_VOIDED, IDEMPOTENCY_KEY_REUSED
   */
  async void(actor: Actor, { patientId }: Observation, input: VoidObservationInput): Promise<void> {
    const { observationId, reason, idempotencyKey: key } = input;
    const { db, audit, now: clock } = this.#ground;
    const now = clock();
    await db.transaction((tx) =>
      once(
        tx,
        { actor, operation: 'voidObservation', key, body: { observationId, reason }, now },
        async () => {
          await lockPatient(tx, patientId);
          const isDone = await this.#store.void(tx, observationId, { voidReason: reason, voidedAt: now });
          if (!isDone) throw new AppError('OBSERVATION_VOIDED');
          await this.#followUps.withdrawn(tx, actor, patientId, observationId);
          await audit.record(tx, {
            actor,
            action: 'observation.void',
            subjectType: 'Patient',
            subjectId: patientId,
            detail: { observationId, reason },
          });
          return observationId;
        },
      ),
    );
  }

  async #sort(
    tx: Tx,
    common: Pick<Observation, 'patientId' | 'deviceId' | 'recordedBy' | 'recordedAt'>,
    checked: readonly (CheckedItem | Refused)[],
  ): Promise<{ outcomes: UploadOutcome[]; fresh: Observation[] }> {
    const keys = checked.flatMap((each) => (each instanceof Refused ? [] : [each.clientKey]));
    const here = await this.#store.byClientKeys(tx, common.patientId, keys);
    const known = new Map(here.map((each) => [each.clientKey, each]));
    const fresh: Observation[] = [];
    const outcomes = checked.map((item): UploadOutcome => {
      if (item instanceof Refused) return refused(item);
      const earlier = known.get(item.clientKey);
      if (earlier) {
        return isSame(earlier, item)
          ? { status: OutcomeStatus.DUPLICATE, observationId: earlier.id, refusal: null, params: {} }
          : refused(new Refused(ObservationRefusal.DIFFERS_FROM_EARLIER));
      }
      const state = { status: ObservationStatus.FINAL, voidReason: null, voidedAt: null };
      const row = Object.assign(new Observation(), { id: newId('obs'), ...common, ...item, ...state });
      known.set(item.clientKey, row);
      fresh.push(row);
      return { status: OutcomeStatus.ACCEPTED, observationId: row.id, refusal: null, params: {} };
    });
    return { outcomes, fresh };
  }

  async #keep(
    tx: Tx,
    actor: Actor,
    { patientId, outcomes, now }: { patientId: string; outcomes: UploadOutcome[]; now: Date },
  ): Promise<string> {
    const id = newId('obu');
    const row = { id, patientId, outcomes: JSON.stringify(outcomes), uploadedAt: now };
    await this.#store.keepUpload(tx, Object.assign(new ObservationUpload(), row));
    const of = (status: OutcomeStatus) => outcomes.filter((each) => each.status === status).length;
    await this.#ground.audit.record(tx, {
      actor,
      action: 'observation.upload',
      subjectType: 'Patient',
      subjectId: patientId,
      detail: {
        uploadId: id,
        accepted: of(OutcomeStatus.ACCEPTED),
        duplicates: of(OutcomeStatus.DUPLICATE),
        refused: of(OutcomeStatus.REFUSED),
      },
    });
    return id;
  }
}

function refused({ refusal, params }: Refused): UploadOutcome {
  return { status: OutcomeStatus.REFUSED, observationId: null, refusal, params };
}

function isSame(earlier: Observation, item: CheckedItem): boolean {
  return (
    earlier.kind === item.kind &&
    earlier.takenAt.getTime() === item.takenAt.getTime() &&
    earlier.value === item.value &&
    earlier.context === item.context
  );
}
