import type { CareContext } from '../context.ts';
import type { ChatParty } from './chat-message.entity.ts';
import type { Consultation } from './consultation.entity.ts';
import { partyOf } from './party.ts';

/** Which side of a consultation the caller is, undefined for a stranger. */
export async function callersParty(
  { actor, loaders, services }: CareContext,
  consultation: Consultation,
): Promise<ChatParty | undefined> {
  return partyOf(consultation, actor, (id) => loaders.of(services.consultations.placeOf).load(id));
}

/** Whether the caller is a party of a consultation that is there. */
export async function isPartyOfConsultation(context: CareContext, consultationId: string): Promise<boolean> {
  const { loaders, services } = context;
  const consultation = await loaders.of(services.consultations.byId).load(consultationId);
  return consultation !== null && (await callersParty(context, consultation)) !== undefined;
}
