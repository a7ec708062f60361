import type { Audit } from '../../../shared/audit/audit.ts';
import { type Actor, actorId } from '../../../shared/context/actor.ts';
import type { Patient } from './patient.entity.ts';

/** Somebody looks at what is known of a patient. */
export interface Look {
  readonly actor: Actor;
  readonly patient: Pick<Patient, 'id' | 'accountId'>;
}

/** Leaves a trace of each look by anybody but the guardian, before the answer goes out. */
export async function traceLooks(audit: Audit, action: string, looks: readonly Look[]): Promise<void> {
  const foreign = looks.filter(({ actor, patient }) => actorId(actor) !== patient.accountId);
  for (const actor of new Set(foreign.map((look) => look.actor))) {
    const theirs = foreign.filter((look) => look.actor === actor);
    await audit.read(actor, action, 'Patient', [...new Set(theirs.map(({ patient }) => patient.id))]);
  }
}
