import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'A message to send. 发送消息' })
export class SendChatMessageInput {
  @Field(() => ID, { description: 'The consultation, `con_<ULID>`.' })
  consultationId!: string;

  @Field(() => String, { description: 'The text, 1 to 2000 characters. 内容' })
  body!: string;

  @Field(() => ID, { description: 'Chosen by the client, the same for every retry of this message.' })
  idempotencyKey!: string;
}
