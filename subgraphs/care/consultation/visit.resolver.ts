import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Appointment } from '../appointment/appointment.entity.ts';
import type { CareContext } from '../context.ts';
import { Patient } from '../external/patient.ts';
import { Hospital } from '../hospital/hospital.entity.ts';
import { Consultation } from './consultation.entity.ts';

/** What a consultation has that came of an appointment. */
@Resolver(() => Consultation)
export class VisitResolver {
  @FieldResolver(() => Appointment, { nullable: true, description: 'The appointment it came of. 预约' })
  async appointment(
    @Root() { appointmentId }: Consultation,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Appointment | null> {
    return appointmentId === null ? null : loaders.of(services.appointments.byId).load(appointmentId);
  }

  @FieldResolver(() => Patient, { nullable: true, description: 'Who is treated. 就诊人' })
  patient(@Root() { patientId }: Consultation): Patient | null {
    return patientId === null ? null : Patient.of(patientId);
  }

  @FieldResolver(() => Hospital, { nullable: true, description: 'Where. 医院' })
  async hospital(
    @Root() { hospitalId }: Consultation,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Hospital | null> {
    return hospitalId === null ? null : loaders.of(services.hospitals.byId).load(hospitalId);
  }
}
