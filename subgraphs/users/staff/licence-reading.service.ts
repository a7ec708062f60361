import type { Audit } from '../../../shared/audit/audit.ts';
import { businessDay } from '../../../shared/clock/business-day.ts';
import { type Actor, actorId, reachOf } from '../../../shared/context/actor.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { StaffLicence } from './licence.entity.ts';
import type { StaffApplicationFilter } from './licence.inputs.ts';
import type { LicenceStore } from './licence.store.ts';

/** What reviewers see: the licences of the institutions for which they review. */
export class LicenceReadingService {
  readonly #licences: LicenceStore;
  readonly #audit: Audit;
  readonly #now: () => Date;

  constructor(licences: LicenceStore, audit: Audit, now: () => Date) {
    this.#licences = licences;
    this.#audit = audit;
    this.#now = now;
  }

  /**
   * A page of `size` licences and one more, which tells that there is a next page. That each was seen is on record
   * before the list leaves.
   * @throws AppError BAD_ID
   */
  async page(
    actor: Actor,
    { status, kind, institutionId }: StaffApplicationFilter,
    after: string | undefined,
    size: number,
  ): Promise<StaffLicence[]> {
    const wanted = institutionId == null ? undefined : parsePlace(institutionId);
    const within = placesOf(actor);
    const rows = await this.#licences.page(
      {
        status: status ?? undefined,
        kind: kind ?? undefined,
        institutionIds: wanted === undefined ? within : [wanted].filter((id) => within?.includes(id) ?? true),
        today: businessDay(this.#now()),
      },
      after,
      size + 1,
    );
    const others = rows.slice(0, size).filter(({ accountId }) => accountId !== actorId(actor));
    await this.#audit.read(
      actor,
      'staff_licence.read',
      'StaffLicence',
      others.map(({ id }) => id),
    );
    return rows;
  }
}

/** Undefined for everywhere. */
function placesOf(actor: Actor): string[] | undefined {
  const { isEverywhere, hospitalIds, pharmacyIds } = reachOf(actor, 'staff.license');
  return isEverywhere ? undefined : [...hospitalIds, ...pharmacyIds];
}

function parsePlace(id: string): string {
  return parseId(id.startsWith('pha_') ? 'pha' : 'hos', id);
}
