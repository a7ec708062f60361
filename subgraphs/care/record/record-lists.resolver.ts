import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import { Consultation } from '../consultation/consultation.entity.ts';
import type { CareContext } from '../context.ts';
import { Patient } from '../external/patient.ts';
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
    const after = cursorOf(page.after, (text) => parseId('rec', text));
    const size = pageSize(page.first);
    const { pages, reading } = context.services.records;
    const ids = await pages.idsOf(context, { patientId: patient.id, after, limit: size + 1 });
    const found = await Promise.all(ids.slice(0, size).map((id) => reading.find(context, id)));
    const { pageInfo } = connectionOf(
      ids.map((id) => ({ id })),
      size,
      ({ id }) => id,
    );
    const shown = found.filter((record) => record !== null);
    return { edges: connectionOf(shown, size, ({ id }) => id).edges, pageInfo };
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
