import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { CareContext } from '../context.ts';
import type { ChatMessage } from './chat-message.entity.ts';
import { callersParty, isPartyOfConsultation } from './consultation.access.ts';
import type { Consultation } from './consultation.entity.ts';

const isConsultationParty = rule<CareContext, Consultation>(
  'isConsultationParty',
  async (consultation, _args, context) => (await callersParty(context, consultation)) !== undefined,
);

const isPartyOfMessage = rule<CareContext, ChatMessage>('isPartyOfMessage', (message, _args, context) =>
  isPartyOfConsultation(context, message.consultationId),
);

export const consultationRules: RuleMap = {
  Query: { consultation: isLoggedIn },
  Mutation: { sendChatMessage: isLoggedIn },
  // Of each event: one of which only `__typename` is asked has no other rule.
  Subscription: { chatMessageAdded: isPartyOfMessage },
  Consultation: isConsultationParty,
  ChatMessage: isPartyOfMessage,
};
