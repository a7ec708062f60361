import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { UsersContext } from '../context.ts';
import { Observation } from '../observation/observation.entity.ts';
import { findVisiblePatient, getEditablePatient } from '../patient/patient.access.ts';
import { Patient } from '../patient/patient.entity.ts';
import { getEditablePatientOf } from '../patient/patient-row.access.ts';
import { FollowUpItemConnection, FollowUpPlanConnection } from './follow-up.connection.ts';
import { FollowUpItem, FollowUpItemStatus, FollowUpPlan } from './follow-up.entity.ts';
import {
  CancelFollowUpPlanInput,
  CompleteFollowUpItemInput,
  CreateFollowUpPlanInput,
} from './follow-up.inputs.ts';
import { itemStatusOn } from './follow-up-states.ts';

@Resolver(() => FollowUpPlan)
export class FollowUpPlanResolver {
  @Mutation(() => FollowUpPlan, {
    description: 'Makes a plan of what a patient is to do, with a reminder for each item. 新建随访计划',
  })
  async createFollowUpPlan(
    @Arg('input', () => CreateFollowUpPlanInput, { description: 'The plan.' }) input: CreateFollowUpPlanInput,
    @Ctx() context: UsersContext,
  ): Promise<FollowUpPlan> {
    const { actor, loaders, services } = context;
    await getEditablePatient(context, input.patientId);
    const id = await services.followUps.create(actor, input);
    return loaders.get(services.followUpStore.byId, id, 'FollowUpPlan');
  }

  @Mutation(() => FollowUpPlan, {
    description: 'Cancels what waits of a plan, with its reminders. 取消随访计划',
  })
  async cancelFollowUpPlan(
    @Arg('input', () => CancelFollowUpPlanInput, { description: 'Which one.' })
    input: CancelFollowUpPlanInput,
    @Ctx() context: UsersContext,
  ): Promise<FollowUpPlan> {
    const { actor, loaders, services } = context;
    const id = parseId('fup', input.planId);
    const plan = await loaders.of(services.followUpStore.byId).load(id);
    const patient = await getEditablePatientOf(context, plan, 'FollowUpPlan');
    await services.followUps.cancel(actor, patient.id, input);
    loaders.clear();
    return loaders.get(services.followUpStore.byId, id, 'FollowUpPlan');
  }

  @FieldResolver(() => [FollowUpItem], { description: 'What is to be done, the earliest first. 项目' })
  async items(
    @Root() { id }: FollowUpPlan,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<FollowUpItem[]> {
    return (await loaders.of(services.followUpStore.itemsOf).load(id)) ?? [];
  }

  @FieldResolver(() => Patient, { description: 'For whom. 就诊人' })
  async patient(
    @Root() { patientId }: FollowUpPlan,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<Patient> {
    return loaders.get(services.patients.byId, patientId, 'Patient');
  }
}

@Resolver(() => FollowUpItem)
export class FollowUpItemResolver {
  @Query(() => FollowUpItemConnection, {
    description:
      'Items of the plans that the caller made, the earliest first; of patients whom the caller sees no more there ' +
      'are none, so a page may be shorter. 我的随访',
  })
  async myFollowUps(
    @Arg('status', () => FollowUpItemStatus, { nullable: true, description: 'Only in this state. 状态' })
    status: FollowUpItemStatus | null | undefined,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: UsersContext,
  ): Promise<FollowUpItemConnection> {
    const { actor, services } = context;
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const size = pageSize(page.first);
    const rows = await services.followUpStore.items({
      createdBy: actor.accountId,
      status: status ?? undefined,
      today: services.today(),
      after: cursorOf(page.after, parsePlace),
      limit: size + 1,
    });
    const connection = connectionOf(rows, size, ({ dueOn, id }) => `${dueOn}|${id}`);
    const patients = await Promise.all(
      connection.edges.map(({ node }) => findVisiblePatient(context, node.patientId)),
    );
    const looks = patients.flatMap((patient) => (patient ? [{ actor, patient }] : []));
    await services.followUpStore.trace(looks);
    return { ...connection, edges: connection.edges.filter((_, index) => patients[index]) };
  }

  @Mutation(() => FollowUpItem, { description: 'An item is done. 完成随访项目' })
  async completeFollowUpItem(
    @Arg('input', () => CompleteFollowUpItemInput, { description: 'Which one.' })
    input: CompleteFollowUpItemInput,
    @Ctx() context: UsersContext,
  ): Promise<FollowUpItem> {
    const { actor, loaders, services } = context;
    const id = parseId('fui', input.itemId);
    const item = await loaders.of(services.followUpStore.itemById).load(id);
    const patient = await getEditablePatientOf(context, item, 'FollowUpItem');
    await services.followUps.complete(actor, patient.id, input);
    loaders.clear();
    return loaders.get(services.followUpStore.itemById, id, 'FollowUpItem');
  }

  @FieldResolver(() => FollowUpItemStatus, { description: 'How far it has come. 状态' })
  status(@Root() item: FollowUpItem, @Ctx() { services }: UsersContext): FollowUpItemStatus {
    return itemStatusOn(item, services.today());
  }

  @FieldResolver(() => FollowUpPlan, { description: 'The plan. 随访计划' })
  async plan(
    @Root() { planId }: FollowUpItem,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<FollowUpPlan> {
    return loaders.get(services.followUpStore.byId, planId, 'FollowUpPlan');
  }

  @FieldResolver(() => Observation, { nullable: true, description: 'The measurement that did it. 监测数据' })
  async observation(
    @Root() { observationId }: FollowUpItem,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<Observation | null> {
    return observationId === null ? null : loaders.of(services.observationStore.byId).load(observationId);
  }
}

@Resolver(() => Patient)
export class PatientFollowUpsResolver {
  @FieldResolver(() => FollowUpPlanConnection, {
    description: 'The plans for a patient; looks by anybody but the guardian are kept in the audit. 随访计划',
  })
  async followUpPlans(
    @Root() patient: Patient,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { actor, loaders, services }: UsersContext,
  ): Promise<FollowUpPlanConnection> {
    const size = pageSize(page.first);
    const after = cursorOf(page.after, (text) => parseId('fup', text));
    const look = { actor, patient, after, limit: size + 1 };
    const rows = (await loaders.of(services.followUpStore.pages).load(look)) ?? [];
    return connectionOf(rows, size, ({ id }) => id);
  }
}

function parsePlace(text: string): { dueOn: string; id: string } {
  const [, dueOn = '', id = ''] = /^(\d{4}-\d\d-\d\d)\|(\w+)$/.exec(text) ?? [];
  if (dueOn === '') throw new AppError('BAD_CURSOR');
  return { dueOn, id: parseId('fui', id) };
}
