import { holdsSomewhere } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { CareContext } from '../context.ts';
import type { QueueTicket } from './queue-ticket.entity.ts';

/** Where it reaches is decided by the place of the appointment, in the service. */
const mayCallPatients = rule<CareContext>('mayCallPatients', (_parent, _args, { actor }) =>
  holdsSomewhere(actor, 'queue.call'),
);

const isPartyOfTicket = rule<CareContext, QueueTicket>(
  'isPartyOfTicket',
  ({ accountId, doctorAccountId }, _args, { actor }) =>
    actor.kind === 'account' && [accountId, doctorAccountId].includes(actor.accountId),
);

export const queueRules: RuleMap = {
  Query: { myQueue: mayCallPatients },
  Mutation: {
    checkIn: isLoggedIn,
    callNextPatient: mayCallPatients,
    // Whose consultation it is decides, in the service.
    closeConsultation: isLoggedIn,
  },
  Subscription: { queueTicketChanged: isLoggedIn },
  QueueTicket: isPartyOfTicket,
};
