import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { Consultation } from '../consultation/consultation.entity.ts';
import type { CareContext } from '../context.ts';
import { Patient } from '../external/patient.ts';
import { pageOfPatient } from '../reading/page-of-patient.ts';
import { MedicalRecord } from './medical-record.entity.ts';
import { MedicalRecordConnection } from './record.connection.ts';

@Resolver(() => Patient)
export class PatientRecordsResolver {
  @FieldResolver(() => MedicalRecordConnection, {
    description: 'The medical records that the caller may see, the newest first. 病历列表',
  })
  async records(
    @Root() patient: Patient,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: CareContext,
  ): Promise<MedicalRecordConnection> {
    return pageOfPatient(context, patient.id, page, { ...context.services.records, type: 'rec' });
  }
}

@Resolver(() => Consultation)
export class ConsultationRecordResolver {
  @FieldResolver(() => MedicalRecord, {
    nullable: true,
    description: 'What the doctor wrote down, once the caller may see it. 病历',
  })
  async medicalRecord(
    @Root() consultation: Consultation,
    @Ctx() context: CareContext,
  ): Promise<MedicalRecord | null> {
    const { reading } = context.services.records;
    const id = await context.loaders.of(reading.idOfConsultation).load(consultation.id);
    return id === null ? null : reading.find(context, id);
  }
}
