import type { CareClient } from '../external/care.client.ts';
import type { Payable, PayableOwner } from './payable-owner.ts';

/** Appointments and consultations: care tells what they cost, and hears of their payment by `payment.succeeded`. */
export class CarePayable implements PayableOwner {
  readonly idType: string;
  readonly #care: CareClient;
  readonly #type: 'APPOINTMENT' | 'CONSULTATION';

  constructor(care: CareClient, type: 'APPOINTMENT' | 'CONSULTATION') {
    this.#care = care;
    this.#type = type;
    this.idType = type === 'APPOINTMENT' ? 'apt' : 'con';
  }

  async find(id: string): Promise<Payable | null> {
    return this.#care.payable(this.#type, id);
  }

  async accept(): Promise<undefined> {
    return undefined;
  }
}
