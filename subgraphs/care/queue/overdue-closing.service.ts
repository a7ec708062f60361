import type { Actor } from '../../../shared/context/actor.ts';
import type { Tx } from '../../../shared/db/db.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import { logger } from '../../../shared/logging/logger.ts';
import type { EndingService } from '../appointment/ending.service.ts';
import { type Consultation, ConsultationStatus } from '../consultation/consultation.entity.ts';
import type { ConsultationStore } from '../consultation/consultation.store.ts';
import type { ClosingService } from './closing.service.ts';

const BATCH = 200;
/** How long after its slot and the last word of its doctor a consultation is left open, ms. */
const OPEN_MS = 24 * 3_600_000;
const CARE: Actor = { kind: 'service', name: 'care' };

/**
 * Closes the consultations that their doctors have left open: one whose licence ended can close none, and another may
 * have forgotten it. A patient is not left with a conversation that nobody answers, nor without the fee where nobody
 * ever did.
 */
export class OverdueClosingService {
  readonly #ground: Pick<Foundation, 'db' | 'audit' | 'now'>;
  readonly #consultations: ConsultationStore;
  readonly #closings: ClosingService;
  readonly #endings: EndingService;

  constructor(
    ground: Pick<Foundation, 'db' | 'audit' | 'now'>,
    consultations: ConsultationStore,
    closings: ClosingService,
    endings: EndingService,
  ) {
    this.#ground = ground;
    this.#consultations = consultations;
    this.#closings = closings;
    this.#endings = endings;
  }

  /** Closes those that are overdue. @returns how many */
  async run(): Promise<number> {
    let closed = 0;
    for (const id of await this.#consultations.overdue(this.#openSince(), BATCH)) {
      try {
        if (await this.closeIfOverdue(id)) closed += 1;
      } catch (error) {
        const problem = { err: error, consultation: id };
        logger().warn(problem, 'an overdue consultation was not closed, and will be tried again');
      }
    }
    return closed;
  }

  /** Closes one whose slot ended, and whose doctor last said something, a day ago. @returns whether it was one */
  async closeIfOverdue(id: string): Promise<boolean> {
    const since = this.#openSince();
    return this.#ground.db.transaction(async (tx) => {
      const consultation = await this.#consultations.lock(tx, id);
      if (consultation?.status !== ConsultationStatus.OPEN) return false;
      const attendance = await this.#consultations.attendance(tx, id);
      if (attendance === null || attendance.lastAt > since) return false;
      if (attendance.isAttended) await this.#closings.complete(tx, CARE, consultation, attendance.lastAt);
      else await this.#closeUnattended(tx, consultation);
      return true;
    });
  }

  async #closeUnattended(tx: Tx, { id, appointmentId }: Consultation): Promise<void> {
    await this.#consultations.close(tx, id, this.#ground.now());
    if (appointmentId !== null) await this.#endings.endUnattended(tx, appointmentId);
    await this.#ground.audit.record(tx, {
      actor: CARE,
      action: 'consultation.close',
      subjectType: 'consultation',
      subjectId: id,
      detail: { isAttended: false },
    });
  }

  #openSince(): Date {
    return new Date(this.#ground.now().getTime() - OPEN_MS);
  }
}
