import {
  Arg,
  Ctx,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { Appointment } from '../appointment/appointment.entity.ts';
import { isPartyAt, mayCallAt } from '../consultation/attends.ts';
import { Consultation } from '../consultation/consultation.entity.ts';
import type { CareContext } from '../context.ts';
import { QueueTicket } from './queue-ticket.entity.ts';
import { callableDays } from './queue.store.ts';
import { CallNextPatientInput, CheckInInput, CloseConsultationInput } from './queue.inputs.ts';

@Resolver(() => QueueTicket)
export class QueueResolver {
  @Mutation(() => QueueTicket, {
    description: 'The patient is there: gives the appointment its number, on the day of its slot. 签到',
  })
  async checkIn(
    @Arg('input', () => CheckInInput, { description: 'Which appointment.' }) input: CheckInInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<QueueTicket> {
    return services.checkIns.checkIn(actor, input);
  }

  @Mutation(() => Consultation, {
    nullable: true,
    description:
      'Calls whoever waits first in the sessions of the calling doctor, of today or left over from yesterday, and opens the consultation; null when nobody waits.\n呼叫当前医生今日（及昨日未叫到）候诊队列中的下一位患者并开始问诊；无人候诊时为空。',
  })
  async callNextPatient(
    @Arg('input', () => CallNextPatientInput, { description: 'The call.' }) input: CallNextPatientInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<Consultation | null> {
    return services.calls.next(actor, input);
  }

  @Mutation(() => Consultation, {
    description:
      'Ends a consultation of the calling doctor. One that is left open ends by itself 24 hours after both its slot and the last message of the doctor; where the doctor did nothing in it the fee is given back.\n结束当前医生的问诊。未结束的问诊在就诊时段结束且医生最后一条消息发出满 24 小时后自动结束；医生未作任何处理的，退还挂号费。',
  })
  async closeConsultation(
    @Arg('input', () => CloseConsultationInput, { description: 'Which.' }) input: CloseConsultationInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<Consultation> {
    return services.closings.close(actor, input);
  }

  @Query(() => [QueueTicket], {
    description:
      'Who waits for the calling doctor or is called, of today or left over from yesterday, in the order of the calls.\n当前医生今日（及昨日遗留）的候诊与已叫号患者，按叫号顺序排列。',
  })
  async myQueue(@Ctx() { actor, services }: CareContext): Promise<QueueTicket[]> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const tickets = await services.queue.ofDays(actor.accountId, callableDays(services.now()));
    return tickets.filter(mayCallAt(actor));
  }

  @Subscription(() => QueueTicket, {
    description:
      'A ticket of the caller, at once and whenever its state or its place changes; ends when it is done or cancelled.\n实时推送候诊号的状态与位置变化；就诊结束或取消后推送终止。',
    subscribe: ({ args, context }) => follow(context as CareContext, args as FollowArgs),
  })
  queueTicketChanged(
    @Root() ticket: QueueTicket,
    @Arg('ticketId', () => ID, { description: 'The ticket, `qtk_<ULID>`.' }) _id: string,
    @Arg('afterVersion', () => Int, {
      defaultValue: 0,
      description: 'The last version that the caller has; 0 to begin with what is.',
    })
    _afterVersion: number,
  ): QueueTicket {
    return ticket;
  }

  @FieldResolver(() => Appointment, { description: 'Of which appointment. 预约' })
  async appointment(
    @Root() { appointmentId }: QueueTicket,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Appointment> {
    const found = await loaders.of(services.appointments.byId).load(appointmentId);
    if (!found) throw new AppError('NOT_FOUND', { what: 'Appointment' });
    return found;
  }
}

interface FollowArgs {
  readonly ticketId: string;
  readonly afterVersion: number;
}

/** A rule on a subscription stops each event, but not the subscribing: that is decided here. */
async function* follow(
  { actor, services }: CareContext,
  { ticketId, afterVersion }: FollowArgs,
): AsyncGenerator<QueueTicket> {
  if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  const ticket = await services.queue.current(parseId('qtk', ticketId));
  if (!ticket || !isPartyAt(ticket, actor)) {
    throw new AppError('NOT_FOUND', { what: 'QueueTicket' });
  }
  yield* services.queueFeed.follow(ticket, Math.max(0, afterVersion));
}
