import type { Actor } from '../../../shared/context/actor.ts';
import { isLoggedIn, isService } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { CareContext } from '../context.ts';
import type { Appointment } from './appointment.entity.ts';

/** The account that made it, and the doctor. */
export function isPartyOf({ accountId, doctorAccountId }: Appointment, actor: Actor): boolean {
  return actor.kind === 'account' && [accountId, doctorAccountId].includes(actor.accountId);
}

const isAppointmentParty = rule<CareContext, Appointment>(
  'isAppointmentParty',
  (appointment, _args, { actor }) => isPartyOf(appointment, actor),
);

export const appointmentRules: RuleMap = {
  Query: {
    appointment: isLoggedIn,
    payable: isService,
    careRelations: isService,
    openAppointments: isService,
  },
  Mutation: { bookAppointment: isLoggedIn, cancelAppointment: isLoggedIn },
  Appointment: isAppointmentParty,
  // Reached only by way of a patient, whose list holds what is the caller's to see.
  AppointmentConnection: anyone,
  AppointmentEdge: anyone,
  Patient: { id: anyone, appointments: isLoggedIn },
  Payable: isService,
};
