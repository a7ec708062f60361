import { isLoggedIn, isService } from '../../../shared/rules/identity-rules.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { CareContext } from '../context.ts';
import { isPartyAt } from '../consultation/attends.ts';
import type { Appointment } from './appointment.entity.ts';

const isAppointmentParty = rule<CareContext, Appointment>(
  'isAppointmentParty',
  (appointment, _args, { actor }) => isPartyAt(appointment, actor),
);

export const appointmentRules: RuleMap = {
  Query: {
    appointment: isLoggedIn,
    payable: isService,
    treatments: isService,
    placeExists: isService,
    openAppointments: isService,
  },
  Mutation: { bookAppointment: isLoggedIn, cancelAppointment: isLoggedIn },
  Appointment: isAppointmentParty,
  // Reached only by way of a patient, whose list holds what is the caller's to see.
  AppointmentConnection: anyone,
  AppointmentEdge: anyone,
  Patient: { id: anyone, appointments: isLoggedIn },
  Payable: isService,
  PatientTreatment: isService,
};
