import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { CareContext } from '../context.ts';
import type { ChatMessage } from './chat-message.entity.ts';
import { partyOf } from './chat.service.ts';
import type { Consultation } from './consultation.entity.ts';

const isConsultationParty = rule<CareContext, Consultation>(
  'isConsultationParty',
  (consultation, _args, { actor }) => partyOf(consultation, actor) !== undefined,
);

const isPartyOfMessage = rule<CareContext, ChatMessage>(
  'isPartyOfMessage',
  async (message, _args, { actor, loaders, services }) => {
    const consultation = await loaders.of(services.consultations.byId).load(message.consultationId);
    return consultation !== null && partyOf(consultation, actor) !== undefined;
  },
);

export const consultationRules: RuleMap = {
  Query: { consultation: isLoggedIn },
  Mutation: { sendChatMessage: isLoggedIn },
  Subscription: { chatMessageAdded: isLoggedIn },
  Consultation: isConsultationParty,
  ChatMessage: isPartyOfMessage,
};
