import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { Consultation } from '../consultation/consultation.entity.ts';
import type { CareContext } from '../context.ts';
import { Doctor } from '../external/doctor.ts';
import { Patient } from '../external/patient.ts';
import { MedicalRecord } from './medical-record.entity.ts';
import { MedicalRecordVersion } from './record-version.types.ts';
import { AmendMedicalRecordInput, SaveMedicalRecordInput, SignMedicalRecordInput } from './record.inputs.ts';

@Resolver(() => MedicalRecord)
export class RecordResolver {
  @Query(() => MedicalRecord, {
    description: 'A medical record by identifier. NOT_FOUND for who may not see it. 病历',
  })
  async medicalRecord(
    @Arg('id', () => ID, { description: 'Identifier, `rec_<ULID>`.' }) id: string,
    @Ctx() context: CareContext,
  ): Promise<MedicalRecord> {
    return context.services.records.reading.get(context, parseId('rec', id));
  }

  @Mutation(() => MedicalRecord, {
    description: 'Begins the record of a consultation, or replaces its draft. 保存病历',
  })
  async saveMedicalRecord(
    @Arg('input', () => SaveMedicalRecordInput, { description: 'The whole draft.' })
    input: SaveMedicalRecordInput,
    @Ctx() context: CareContext,
  ): Promise<MedicalRecord> {
    const { reading, writing } = context.services.records;
    return reading.getAnew(context, await writing.save(context.actor, input));
  }

  @Mutation(() => MedicalRecord, { description: 'Signs a draft, which never changes after. 签署病历' })
  async signMedicalRecord(
    @Arg('input', () => SignMedicalRecordInput, { description: 'Which draft.' })
    input: SignMedicalRecordInput,
    @Ctx() context: CareContext,
  ): Promise<MedicalRecord> {
    const { reading, signing } = context.services.records;
    return reading.getAnew(context, await signing.sign(context.actor, input));
  }

  @Mutation(() => MedicalRecord, { description: 'Adds a version to a signed record. 修订病历' })
  async amendMedicalRecord(
    @Arg('input', () => AmendMedicalRecordInput, { description: 'What is different, and why.' })
    input: AmendMedicalRecordInput,
    @Ctx() context: CareContext,
  ): Promise<MedicalRecord> {
    const { reading, signing } = context.services.records;
    return reading.getAnew(context, await signing.amend(context.actor, input));
  }

  @FieldResolver(() => Consultation, { description: 'Of which consultation. 问诊' })
  async consultation(
    @Root() record: MedicalRecord,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Consultation> {
    const found = await loaders.of(services.consultations.byId).load(record.consultationId);
    if (!found) throw new AppError('NOT_FOUND', { what: 'Consultation' });
    return found;
  }

  @FieldResolver(() => Patient, { description: 'Of whom. 就诊人' })
  patient(@Root() record: MedicalRecord): Patient {
    return Patient.of(record.patientId);
  }

  @FieldResolver(() => Doctor, { description: 'Who wrote it. 医生' })
  doctor(@Root() record: MedicalRecord): Doctor {
    return Doctor.of(record.doctorId);
  }

  @FieldResolver(() => [MedicalRecordVersion], { description: 'What was signed, the oldest first. 历史版本' })
  async versions(
    @Root() record: MedicalRecord,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<MedicalRecordVersion[]> {
    return (await loaders.of(services.records.versions.byRecord).load(record.id)) ?? [];
  }
}

@Resolver(() => MedicalRecordVersion)
export class RecordVersionResolver {
  @FieldResolver(() => Doctor, { description: 'Who signed it. 医生' })
  author(@Root() version: MedicalRecordVersion): Doctor {
    return Doctor.of(version.doctorId);
  }
}
