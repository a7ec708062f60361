import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { SafetyFinding } from '../../../shared/safety/safety-finding.ts';
import { Consultation } from '../consultation/consultation.entity.ts';
import type { CareContext } from '../context.ts';
import { Doctor } from '../external/doctor.ts';
import { Patient } from '../external/patient.ts';
import { Sku } from '../external/sku.ts';
import { Prescription } from './prescription.entity.ts';
import { PrescriptionLine } from './prescription-line.types.ts';
import { SavePrescriptionInput, SignPrescriptionInput } from './prescription.inputs.ts';

@Resolver(() => Prescription)
export class PrescriptionResolver {
  @Query(() => Prescription, {
    description: 'A prescription by identifier. NOT_FOUND for who may not see it. 处方',
  })
  async prescription(
    @Arg('id', () => ID, { description: 'Identifier, `rxn_<ULID>`.' }) id: string,
    @Ctx() context: CareContext,
  ): Promise<Prescription> {
    return context.services.prescriptions.reading.get(context, parseId('rxn', id));
  }

  @Mutation(() => Prescription, {
    description: 'Begins a prescription, or replaces its draft; its findings tell what is unsafe. 保存处方',
  })
  async savePrescription(
    @Arg('input', () => SavePrescriptionInput, { description: 'The whole draft.' })
    input: SavePrescriptionInput,
    @Ctx() context: CareContext,
  ): Promise<Prescription> {
    const { reading, writing } = context.services.prescriptions;
    return reading.getAnew(context, await writing.save(context.actor, input));
  }

  @Mutation(() => Prescription, {
    description: 'Checks a draft, signs it and sends it to pharmacy; it never changes after. 签署处方',
  })
  async signPrescription(
    @Arg('input', () => SignPrescriptionInput, { description: 'Which draft.' })
    input: SignPrescriptionInput,
    @Ctx() context: CareContext,
  ): Promise<Prescription> {
    const { reading, signing } = context.services.prescriptions;
    return reading.getAnew(context, await signing.sign(context.actor, input));
  }

  @FieldResolver(() => [SafetyFinding], {
    description: 'What the safety check finds in it now, for its author. 用药审查结果',
  })
  async findings(
    @Root() { consultationId, patientId, lines }: Prescription,
    @Ctx() { actor, services }: CareContext,
  ): Promise<SafetyFinding[]> {
    const { check } = services.prescriptions;
    const basis = await check.basisOf(consultationId);
    return check.findings(actor, patientId, lines, basis?.diagnoses ?? []);
  }

  @FieldResolver(() => Consultation, { description: 'In which consultation. 问诊' })
  async consultation(
    @Root() prescription: Prescription,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Consultation> {
    const found = await loaders.of(services.consultations.byId).load(prescription.consultationId);
    if (!found) throw new AppError('NOT_FOUND', { what: 'Consultation' });
    return found;
  }

  @FieldResolver(() => Patient, { description: 'For whom. 就诊人' })
  patient(@Root() prescription: Prescription): Patient {
    return Patient.of(prescription.patientId);
  }

  @FieldResolver(() => Doctor, { description: 'Who prescribes. 医生' })
  doctor(@Root() prescription: Prescription): Doctor {
    return Doctor.of(prescription.doctorId);
  }
}

@Resolver(() => PrescriptionLine)
export class PrescriptionLineResolver {
  @FieldResolver(() => Sku, { description: 'The drug. 药品' })
  sku(@Root() line: PrescriptionLine): Sku {
    return Sku.of(line.skuId);
  }
}
