import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { pageSize } from '../../../shared/pagination/connection.ts';
import type { CareContext } from '../context.ts';
import { Doctor } from '../external/doctor.ts';
import { ChatMessage } from './chat-message.entity.ts';
import { callersParty } from './consultation.access.ts';
import { Consultation } from './consultation.entity.ts';

@Resolver(() => Consultation)
export class ConsultationResolver {
  @Query(() => Consultation, {
    description: 'A consultation of the caller. NOT_FOUND for anybody else. 问诊',
  })
  async consultation(
    @Arg('id', () => ID, { description: 'Identifier, `con_<ULID>`.' }) id: string,
    @Ctx() context: CareContext,
  ): Promise<Consultation> {
    return getOwnConsultation(context, id);
  }

  @FieldResolver(() => Doctor, { description: 'The doctor. 医生' })
  doctor(@Root() consultation: Consultation): Doctor {
    return Doctor.of(consultation.doctorId);
  }

  @FieldResolver(() => [ChatMessage], { description: 'What was said, in order. 聊天记录' })
  async messages(
    @Root() consultation: Consultation,
    @Arg('afterSeq', () => Int, { defaultValue: 0, description: 'Only messages after this number.' })
    afterSeq: number,
    @Arg('first', () => Int, { nullable: true, description: 'How many, 1 to 100; 20 if not given.' })
    first: number | null | undefined,
    @Ctx() { services }: CareContext,
  ): Promise<ChatMessage[]> {
    return services.chatMessages.after(consultation.id, afterSeq, pageSize(first));
  }
}

/** @throws AppError BAD_ID; NOT_FOUND, also for a consultation of others */
export async function getOwnConsultation(context: CareContext, id: string): Promise<Consultation> {
  const { loaders, services } = context;
  const found = await loaders.of(services.consultations.byId).load(parseId('con', id));
  if (!found || (await callersParty(context, found)) === undefined)
    throw new AppError('NOT_FOUND', { what: 'Consultation' });
  return found;
}
