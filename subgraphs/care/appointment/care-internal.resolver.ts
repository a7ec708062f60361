import { Arg, Ctx, Directive, ID, Int, Query, Resolver } from 'type-graphql';
import { businessDay, instantOf } from '../../../shared/clock/business-day.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { CareContext } from '../context.ts';
import { PatientTreatment } from './patient-treatment.types.ts';
import { Payable } from './payable.types.ts';

const MOST = 500;

/** What care answers to other subgraphs alone. */
@Resolver()
export class CareInternalResolver {
  @Directive('@inaccessible')
  @Query(() => Payable, {
    nullable: true,
    description: 'What is to be paid for something of care; null when it is not payable now. 待支付项目',
  })
  async payable(
    @Arg('type', () => String, { description: '`APPOINTMENT`; null is the answer to any other.' })
    type: string,
    @Arg('id', () => ID, { description: 'Of what, `apt_<ULID>`.' }) id: string,
    @Ctx() { services }: CareContext,
  ): Promise<Payable | null> {
    return type === 'APPOINTMENT' ? services.payables.ofAppointment(parseId('apt', id)) : null;
  }

  @Directive('@inaccessible')
  @Query(() => [PatientTreatment], {
    description:
      'Where those of the patients are treated who have an appointment, confirmed or further, with a doctor. 诊疗关系及其地点',
  })
  async treatments(
    @Arg('doctorAccountId', () => ID, { description: 'The account of the doctor, `acc_<ULID>`. 医生账号' })
    doctorAccountId: string,
    @Arg('patientIds', () => [ID], {
      description: `The patients asked about, at most ${MOST}. 就诊人，最多 ${MOST} 位`,
    })
    patientIds: string[],
    @Ctx() { services }: CareContext,
  ): Promise<PatientTreatment[]> {
    if (patientIds.length > MOST) {
      throw new AppError('VALIDATION_FAILED', { field: 'patientIds', reason: `0 – ${MOST}` });
    }
    const patients = patientIds.map((each) => parseId('pat', each));
    return services.appointments.treatments(parseId('acc', doctorAccountId), patients);
  }

  @Directive('@inaccessible')
  @Query(() => Boolean, {
    description:
      'Whether there is a hospital and, where one is named, a department of the national catalogue. 医院（及科室）是否存在',
  })
  async placeExists(
    @Arg('hospitalId', () => ID, { description: 'The hospital, `hos_<ULID>`. 医院' }) hospitalId: string,
    @Arg('departmentId', () => ID, { nullable: true, description: 'The department, `dep_<ULID>`. 科室' })
    departmentId: string | null | undefined,
    @Ctx() { services }: CareContext,
  ): Promise<boolean> {
    if (!(await services.hospitals.exists(parseId('hos', hospitalId)))) return false;
    return departmentId == null || services.departments.exists(parseId('dep', departmentId));
  }

  @Directive('@inaccessible')
  @Query(() => Int, { description: 'How many appointments of a patient are not over. 未完成预约数' })
  async openAppointments(
    @Arg('patientId', () => ID, { description: 'The patient, `pat_<ULID>`.' }) patientId: string,
    @Ctx() { services }: CareContext,
  ): Promise<number> {
    const today = instantOf(businessDay(services.now()), '00:00');
    return services.appointments.countOpen(parseId('pat', patientId), today);
  }
}
