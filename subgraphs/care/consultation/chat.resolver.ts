import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root, Subscription } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import type { CareContext } from '../context.ts';
import { ChatMessage } from './chat-message.entity.ts';
import { SendChatMessageInput } from './chat.inputs.ts';
import { Consultation } from './consultation.entity.ts';
import { getOwnConsultation } from './consultation.resolver.ts';

@Resolver(() => ChatMessage)
export class ChatResolver {
  @Mutation(() => ChatMessage, { description: 'Says something in a consultation of the caller. 发送消息' })
  async sendChatMessage(
    @Arg('input', () => SendChatMessageInput, { description: 'The message.' }) input: SendChatMessageInput,
    @Ctx() { actor, services }: CareContext,
  ): Promise<ChatMessage> {
    return services.chat.send(actor, input);
  }

  @Subscription(() => ChatMessage, {
    description: 'Messages after a number: first what was missed, then each new one. 实时消息',
    subscribe: ({ args, context }) => follow(context as CareContext, args as FollowArgs),
  })
  chatMessageAdded(
    @Root() message: ChatMessage,
    @Arg('consultationId', () => ID, { description: 'The consultation, `con_<ULID>`.' }) _id: string,
    @Arg('afterSeq', () => Int, {
      defaultValue: 0,
      description: 'The last number that the caller has; 0 for all.',
    })
    _afterSeq: number,
  ): ChatMessage {
    return message;
  }

  @FieldResolver(() => Consultation, { description: 'Where it was said. 问诊' })
  async consultation(
    @Root() message: ChatMessage,
    @Ctx() { loaders, services }: CareContext,
  ): Promise<Consultation> {
    const found = await loaders.of(services.consultations.byId).load(message.consultationId);
    if (!found) throw new AppError('NOT_FOUND', { what: 'Consultation' });
    return found;
  }
}

interface FollowArgs {
  readonly consultationId: string;
  readonly afterSeq: number;
}

/** A rule on a subscription stops each event, but not the subscribing: that is decided here. */
async function* follow(
  context: CareContext,
  { consultationId, afterSeq }: FollowArgs,
): AsyncGenerator<ChatMessage> {
  if (context.actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
  const { id } = await getOwnConsultation(context, consultationId);
  yield* context.services.chat.follow(id, Math.max(0, afterSeq));
}
