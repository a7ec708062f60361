import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import { isPartyAt } from '../consultation/attends.ts';
import type { CareContext } from '../context.ts';
import type { QueueTicket } from './queue-ticket.entity.ts';

/** Where it reaches is decided by the place of the appointment, in the service. */
const mayCallPatients = somewhere('queue.call');

const isPartyOfTicket = rule<CareContext, QueueTicket>('isPartyOfTicket', (ticket, _args, { actor }) =>
  isPartyAt(ticket, actor),
);

export const queueRules: RuleMap = {
  Query: { myQueue: mayCallPatients },
  Mutation: {
    checkIn: isLoggedIn,
    callNextPatient: mayCallPatients,
    // Whose consultation it is decides, in the service.
    closeConsultation: isLoggedIn,
  },
  // Of each event: one of which only `__typename` is asked has no other rule.
  Subscription: { queueTicketChanged: isPartyOfTicket },
  QueueTicket: isPartyOfTicket,
};
