import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import {
  BloodPressure,
  type BloodPressureValue,
  parseBloodPressure,
} from '../../../shared/medical/blood-pressure.ts';
import { CodedConcept } from '../../../shared/medical/coded-concept.ts';
import { Quantity } from '../../../shared/medical/quantity.ts';
import type { UsersContext } from '../context.ts';
import { getEditablePatient } from '../patient/patient.access.ts';
import { getEditablePatientOf } from '../patient/patient-row.access.ts';
import { loincOf } from './loinc.ts';
import { numbersOf } from './observation.checks.ts';
import { Observation } from './observation.entity.ts';
import { UploadObservationsInput, VoidObservationInput } from './observation.inputs.ts';
import { KINDS, ObservationKind } from './observation-kinds.ts';
import {
  ObservationComponent,
  ObservationOutcome,
  OutcomeStatus,
  UploadObservationsResult,
} from './observation.types.ts';
import { flagOf, gravest, ObservationFlag, type Reference, referenceOf } from './reference-ranges.ts';
import { reasonOf } from './refusals.ts';

@Resolver(() => Observation)
export class ObservationResolver {
  @Mutation(() => UploadObservationsResult, {
    description:
      'Keeps measurements of a patient: those that can be kept, with a reason for each of the others. Sending them ' +
      'again, also in another batch, keeps nothing twice. 批量上传监测数据',
  })
  async uploadObservations(
    @Arg('input', () => UploadObservationsInput, { description: 'The measurements.' })
    input: UploadObservationsInput,
    @Ctx() context: UsersContext,
  ): Promise<UploadObservationsResult> {
    const { actor, locale, loaders, services } = context;
    const patient = await getEditablePatient(context, input.patientId);
    const { uploadId, outcomes } = await services.observations.upload(actor, patient, input);
    loaders.clear();
    const of = (status: OutcomeStatus) => outcomes.filter((each) => each.status === status).length;
    return {
      uploadId,
      patientId: patient.id,
      accepted: of(OutcomeStatus.ACCEPTED),
      duplicates: of(OutcomeStatus.DUPLICATE),
      refused: of(OutcomeStatus.REFUSED),
      outcomes: outcomes.map(({ status, refusal, params, observationId }, index) =>
        Object.assign(new ObservationOutcome(), {
          index,
          clientId: input.items[index]?.clientId ?? null,
          status,
          refusal,
          reason: refusal && reasonOf(refusal, params, locale),
          observationId,
        }),
      ),
    };
  }

  @Mutation(() => Observation, {
    description: 'Takes an observation back that was entered in error; it is never deleted. 作废监测数据',
  })
  async voidObservation(
    @Arg('input', () => VoidObservationInput, { description: 'Which, and why.' }) input: VoidObservationInput,
    @Ctx() context: UsersContext,
  ): Promise<Observation> {
    const { actor, loaders, services } = context;
    const id = parseId('obs', input.observationId);
    const row = await loaders.of(services.observationStore.byId).load(id);
    await getEditablePatientOf(context, row, 'Observation');
    if (row) await services.observations.void(actor, row, input);
    loaders.clear();
    return loaders.get(services.observationStore.byId, id, 'Observation');
  }

  @FieldResolver(() => CodedConcept, { description: 'LOINC code of what was measured. 编码' })
  code(@Root() { kind }: Observation, @Ctx() { locale }: UsersContext): CodedConcept {
    return loincOf(KINDS[kind], locale);
  }

  @FieldResolver(() => Quantity, { nullable: true, description: 'The value; null for blood pressure. 数值' })
  quantity(@Root() { kind, value }: Observation): Quantity | null {
    if (kind === ObservationKind.BLOOD_PRESSURE) return null;
    return { value: numbersOf(kind, value)[0] ?? 0, unit: KINDS[kind].unit };
  }

  @FieldResolver(() => BloodPressure, { nullable: true, description: 'For blood pressure only. 血压' })
  bloodPressure(@Root() { kind, value }: Observation): BloodPressureValue | null {
    return kind === ObservationKind.BLOOD_PRESSURE ? parseBloodPressure(value) : null;
  }

  @FieldResolver(() => [ObservationComponent], {
    description: 'Each of its numbers with what is normal for the age, the sex and the situation. 分量',
  })
  async components(
    @Root() observation: Observation,
    @Ctx() context: UsersContext,
  ): Promise<ObservationComponent[]> {
    return componentsOf(observation, context);
  }

  @FieldResolver(() => ObservationFlag, {
    nullable: true,
    description: 'The gravest of its numbers; null where nothing tells what is normal. 异常标志',
  })
  async flag(
    @Root() observation: Observation,
    @Ctx() context: UsersContext,
  ): Promise<ObservationFlag | null> {
    return gravest((await componentsOf(observation, context)).map((each) => each.flag));
  }
}

@Resolver(() => ObservationOutcome)
export class ObservationOutcomeResolver {
  @FieldResolver(() => Observation, {
    nullable: true,
    description: 'What is kept; null when refused. 监测数据',
  })
  async observation(
    @Root() { observationId }: ObservationOutcome,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<Observation | null> {
    return observationId === null ? null : loaders.of(services.observationStore.byId).load(observationId);
  }
}

async function componentsOf(
  observation: Observation,
  { loaders, locale, services }: UsersContext,
): Promise<ObservationComponent[]> {
  const patient = await loaders.get(services.patients.byId, observation.patientId, 'Patient');
  const { parts, unit } = KINDS[observation.kind];
  const numbers = numbersOf(observation.kind, observation.value);
  return parts.map((spec, index) => {
    const value = numbers[index] ?? 0;
    const reference = referenceOf(observation, spec.part, patient);
    return {
      part: spec.part,
      code: loincOf(spec, locale),
      quantity: { value, unit },
      flag: flagOf(value, reference),
      reference: reference ? rangeOf(reference) : null,
    };
  });
}

function rangeOf({ criticalLow, low, high, criticalHigh, source }: Reference) {
  return {
    criticalLow: criticalLow ?? null,
    low: low ?? null,
    high: high ?? null,
    criticalHigh: criticalHigh ?? null,
    source,
  };
}
