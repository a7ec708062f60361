import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { attendanceOf } from '../consultation/attends.ts';
import type { CareContext } from '../context.ts';
import { Patient } from '../external/patient.ts';
import { AppointmentConnection } from './appointment.connection.ts';
import { pageKey } from './patient-appointments.store.ts';

@Resolver(() => Patient)
export class PatientAppointmentsResolver {
  @FieldResolver(() => AppointmentConnection, {
    description:
      'Those that the caller made for the patient, or has with the patient as the doctor; the latest first. 预约记录',
  })
  async appointments(
    @Root() patient: Patient,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { actor, loaders, services }: CareContext,
  ): Promise<AppointmentConnection> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const after = cursorOf(page.after, (text) => parseId('apt', text)) ?? '';
    const size = pageSize(page.first);
    const key = pageKey({
      patientId: patient.id,
      accountId: actor.accountId,
      attendance: attendanceOf(actor),
      limit: size + 1,
      after,
    });
    const rows = (await loaders.of(services.patientAppointments.pages).load(key)) ?? [];
    return connectionOf(rows, size, (appointment) => appointment.id);
  }
}
