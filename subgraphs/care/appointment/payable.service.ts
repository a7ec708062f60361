import { businessDay, clockTime } from '../../../shared/clock/business-day.ts';
import type { HospitalStore } from '../hospital/hospital.store.ts';
import type { AppointmentStore } from './appointment.store.ts';
import type { Payable } from './payable.types.ts';

/** Answers what pharmacy is to charge. */
export class PayableService {
  readonly #appointments: AppointmentStore;
  readonly #hospitals: HospitalStore;
  readonly #now: () => Date;

  constructor(appointments: AppointmentStore, hospitals: HospitalStore, now: () => Date) {
    this.#appointments = appointments;
    this.#hospitals = hospitals;
    this.#now = now;
  }

  /** Null when it is not there, is paid, was cancelled, or when its time is over. */
  async ofAppointment(id: string): Promise<Payable | null> {
    const found = await this.#appointments.payable(id, this.#now());
    if (found?.payBy == null) return null;
    const [hospital] = await this.#hospitals.byId.read([found.hospitalId]);
    const { startsAt } = found;
    return {
      amountFen: found.feeFen,
      payerAccountId: found.accountId,
      expiresAt: found.payBy,
      description: `挂号费 ${hospital?.name ?? ''} ${businessDay(startsAt)} ${clockTime(startsAt)}`,
    };
  }
}
