import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { isPartyAt } from '../consultation/attends.ts';
import { Consultation } from '../consultation/consultation.entity.ts';
import type { CareContext } from '../context.ts';
import { Department } from '../department/department.entity.ts';
import { getDepartment } from '../department/department.resolver.ts';
import { Doctor } from '../external/doctor.ts';
import { Patient } from '../external/patient.ts';
import { Hospital } from '../hospital/hospital.entity.ts';
import { getHospital } from '../hospital/hospital.resolver.ts';
import { QueueTicket } from '../queue/queue-ticket.entity.ts';
import { Slot } from '../schedule/slot.entity.ts';
import { Appointment } from './appointment.entity.ts';
import { BookAppointmentInput, CancelAppointmentInput } from './appointment.inputs.ts';

@Resolver(() => Appointment)
export class AppointmentResolver {
  @Mutation(() => Appointment, {
    description: 'Holds a place of a slot for 15 minutes, until it is paid. 预约挂号',
  })
  async bookAppointment(
    @Arg('input', () => BookAppointmentInput, { description: 'Which slot, for whom.' })
    input: BookAppointmentInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<Appointment> {
    return services.bookings.book(actor, input);
  }

  @Mutation(() => Appointment, {
    description:
      'Cancels an appointment of the caller before the check-in, or once its slot ended while nobody was called; a fee paid is given back.\n在签到前取消预约；号源时段已过而仍未被叫号的也可取消。已付费用原路退回。',
  })
  async cancelAppointment(
    @Arg('input', () => CancelAppointmentInput, { description: 'Which.' }) input: CancelAppointmentInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<Appointment> {
    return services.endings.cancel(actor, input);
  }

  @Query(() => Appointment, {
    description: 'An appointment of the caller, or with the calling doctor. NOT_FOUND for anybody else. 预约',
  })
  async appointment(
    @Arg('id', () => ID, { description: 'Identifier, `apt_<ULID>`.' }) id: string,
    @Ctx() { actor, loaders, services }: CareContext,
  ): Promise<Appointment> {
    const found = await loaders.of(services.appointments.byId).load(parseId('apt', id));
    if (!found || !isPartyAt(found, actor)) throw new AppError('NOT_FOUND', { what: 'Appointment' });
    return found;
  }

  @FieldResolver(() => Slot, { description: 'Which slot. 号源' })
  async slot(@Root() { slotId }: Appointment, @Ctx() { loaders, services }: CareContext): Promise<Slot> {
    const found = await loaders.of(services.slots.byId).load(slotId);
    if (!found) throw new AppError('NOT_FOUND', { what: 'Slot' });
    return found;
  }

  @FieldResolver(() => Patient, { description: 'For whom. 就诊人' })
  patient(@Root() { patientId }: Appointment): Patient {
    return Patient.of(patientId);
  }

  @FieldResolver(() => Doctor, { description: 'With whom. 医生' })
  doctor(@Root() { doctorId }: Appointment): Doctor {
    return Doctor.of(doctorId);
  }

  @FieldResolver(() => Hospital, { description: 'Where. 医院' })
  async hospital(@Root() { hospitalId }: Appointment, @Ctx() context: CareContext): Promise<Hospital> {
    return getHospital(context, hospitalId);
  }

  @FieldResolver(() => Department, { description: 'In which department. 科室' })
  async department(@Root() { departmentId }: Appointment, @Ctx() context: CareContext): Promise<Department> {
    return getDepartment(context, departmentId);
  }

  @FieldResolver(() => QueueTicket, { nullable: true, description: 'Its number, once checked in. 候诊号' })
  async ticket(
    @Root() { id }: Appointment,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<QueueTicket | null> {
    return loaders.of(services.queue.byAppointment).load(id);
  }

  @FieldResolver(() => Consultation, { nullable: true, description: 'What came of it. 问诊' })
  async consultation(
    @Root() { id }: Appointment,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Consultation | null> {
    return loaders.of(services.consultations.byAppointment).load(id);
  }

  @FieldResolver(() => String, { nullable: true, description: 'What it is about. 就诊原因' })
  reason(@Root() appointment: Appointment, @Ctx() { services }: CareContext): string | null {
    return services.appointments.open(appointment, 'reason');
  }

  @FieldResolver(() => String, { nullable: true, description: 'Where it was diagnosed before. 既往诊断' })
  earlierDiagnosis(@Root() appointment: Appointment, @Ctx() { services }: CareContext): string | null {
    return services.appointments.open(appointment, 'earlierDiagnosis');
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why it was cancelled. 取消原因' })
  cancelReason(@Root() appointment: Appointment, @Ctx() { services }: CareContext): string | null {
    return services.appointments.open(appointment, 'cancelReason');
  }
}
