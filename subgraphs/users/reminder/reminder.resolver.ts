import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { UsersContext } from '../context.ts';
import { getEditablePatient } from '../patient/patient.access.ts';
import { Patient } from '../patient/patient.entity.ts';
import { getEditablePatientOf } from '../patient/patient-row.access.ts';
import { ReminderConnection, ReminderOccurrenceConnection } from './reminder.connection.ts';
import { Reminder, ReminderOccurrence, ReminderStatus } from './reminder.entity.ts';
import {
  ChangeReminderInput,
  CompleteReminderInput,
  CreateReminderInput,
  SnoozeReminderInput,
} from './reminder.inputs.ts';

const WHICH = { description: 'Which one.' } as const;

@Resolver(() => Reminder)
export class ReminderResolver {
  @Mutation(() => Reminder, { description: 'Makes a reminder for a patient. 新建提醒' })
  async createReminder(
    @Arg('input', () => CreateReminderInput, { description: 'Of what, and when.' })
    input: CreateReminderInput,
    @Ctx() context: UsersContext,
  ): Promise<Reminder> {
    const { actor, loaders, services } = context;
    await getEditablePatient(context, input.patientId);
    const id = await services.reminders.create(actor, input);
    return loaders.get(services.reminderStore.byId, id, 'Reminder');
  }

  @Mutation(() => Reminder, { description: 'Lets a reminder rest. 暂停提醒' })
  async pauseReminder(
    @Arg('input', () => ChangeReminderInput, WHICH) input: ChangeReminderInput,
    @Ctx() context: UsersContext,
  ): Promise<Reminder> {
    return moved(context, input, ReminderStatus.PAUSED);
  }

  @Mutation(() => Reminder, {
    description: 'Goes on with a paused reminder; what fell into the pause is not made up for. 恢复提醒',
  })
  async resumeReminder(
    @Arg('input', () => ChangeReminderInput, WHICH) input: ChangeReminderInput,
    @Ctx() context: UsersContext,
  ): Promise<Reminder> {
    return moved(context, input, ReminderStatus.ACTIVE);
  }

  @Mutation(() => Reminder, { description: 'Ends a reminder for good, with what waits of it. 取消提醒' })
  async cancelReminder(
    @Arg('input', () => ChangeReminderInput, WHICH) input: ChangeReminderInput,
    @Ctx() context: UsersContext,
  ): Promise<Reminder> {
    return moved(context, input, ReminderStatus.CANCELLED);
  }
}

@Resolver(() => ReminderOccurrence)
export class ReminderOccurrenceResolver {
  @Query(() => ReminderOccurrenceConnection, {
    description: 'What waits for the caller, due or overdue, the oldest first. 我的待办提醒',
  })
  async myDueReminders(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<ReminderOccurrenceConnection> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const size = pageSize(page.first);
    const after = cursorOf(page.after, parsePlace);
    const rows = await services.reminderStore.waiting(actor.accountId, after, size + 1);
    return connectionOf(rows, size, ({ dueAt, id }) => `${dueAt.getTime()}|${id}`);
  }

  @Mutation(() => ReminderOccurrence, { description: 'It is done. 完成提醒事项' })
  async completeReminder(
    @Arg('input', () => CompleteReminderInput, WHICH) input: CompleteReminderInput,
    @Ctx() context: UsersContext,
  ): Promise<ReminderOccurrence> {
    return occurrenceAfter(context, input.occurrenceId, ({ actor, services }) =>
      services.occurrences.complete(actor, input),
    );
  }

  @Mutation(() => ReminderOccurrence, {
    description: 'Reminds again in some minutes, also after it was snoozed before. 稍后提醒',
  })
  async snoozeReminder(
    @Arg('input', () => SnoozeReminderInput, { description: 'Which one, and for how long.' })
    input: SnoozeReminderInput,
    @Ctx() context: UsersContext,
  ): Promise<ReminderOccurrence> {
    return occurrenceAfter(context, input.occurrenceId, ({ actor, services }) =>
      services.occurrences.snooze(actor, input),
    );
  }

  @Subscription(() => ReminderOccurrence, {
    description:
      'What the caller is reminded of: first what waits already, then each as it becomes due. 实时提醒',
    subscribe: ({ args, context }) =>
      follow(context as UsersContext, (args as { afterSeq: number }).afterSeq),
  })
  reminderDue(
    @Root() occurrence: ReminderOccurrence,
    @Arg('afterSeq', () => Int, {
      defaultValue: 0,
      description: 'The last number that the caller has; 0 for all that waits.',
    })
    _afterSeq: number,
  ): ReminderOccurrence {
    return occurrence;
  }

  @FieldResolver(() => Reminder, { description: 'What it reminds of. 提醒' })
  async reminder(
    @Root() { reminderId }: ReminderOccurrence,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<Reminder> {
    return loaders.get(services.reminderStore.byId, reminderId, 'Reminder');
  }

  @FieldResolver(() => Patient, { description: 'For whom. 就诊人' })
  async patient(
    @Root() { patientId }: ReminderOccurrence,
    @Ctx() { loaders, services }: UsersContext,
  ): Promise<Patient> {
    return loaders.get(services.patients.byId, patientId, 'Patient');
  }
}

@Resolver(() => Patient)
export class PatientRemindersResolver {
  @FieldResolver(() => ReminderConnection, {
    description:
      'The reminders of a patient; looks by anybody but the guardian are kept in the audit. 健康提醒',
  })
  async reminders(
    @Root() patient: Patient,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { actor, loaders, services }: UsersContext,
  ): Promise<ReminderConnection> {
    const size = pageSize(page.first);
    const after = cursorOf(page.after, (text) => parseId('rem', text));
    const look = { actor, patient, after, limit: size + 1 };
    const rows = (await loaders.of(services.reminderStore.pages).load(look)) ?? [];
    return connectionOf(rows, size, ({ id }) => id);
  }
}

/** A rule on a subscription stops each event, but not the subscribing: that is decided here. */
async function* follow(
  { actor, services }: UsersContext,
  afterSeq: number,
): AsyncGenerator<ReminderOccurrence> {
  if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  yield* services.occurrences.follow(actor.accountId, Math.max(0, afterSeq));
}

async function moved(
  context: UsersContext,
  input: ChangeReminderInput,
  to: ReminderStatus.ACTIVE | ReminderStatus.PAUSED | ReminderStatus.CANCELLED,
): Promise<Reminder> {
  const { actor, loaders, services } = context;
  const id = parseId('rem', input.reminderId);
  await getEditablePatientOf(context, await loaders.of(services.reminderStore.byId).load(id), 'Reminder');
  await services.reminders.move(actor, input, to);
  loaders.clear();
  return loaders.get(services.reminderStore.byId, id, 'Reminder');
}

async function occurrenceAfter(
  context: UsersContext,
  text: string,
  change: (context: UsersContext) => Promise<void>,
): Promise<ReminderOccurrence> {
  const { loaders, services } = context;
  const id = parseId('rmo', text);
  const { occurrenceById } = services.reminderStore;
  await getEditablePatientOf(context, await loaders.of(occurrenceById).load(id), 'ReminderOccurrence');
  await change(context);
  loaders.clear();
  return loaders.get(occurrenceById, id, 'ReminderOccurrence');
}

function parsePlace(text: string): { dueAt: Date; id: string } {
  const [, time = '', id = ''] = /^(\d{1,15})\|(\w+)$/.exec(text) ?? [];
  if (time === '') throw new AppError('BAD_CURSOR');
  return { dueAt: new Date(Number(time)), id: parseId('rmo', id) };
}
