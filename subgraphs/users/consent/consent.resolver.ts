import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { UsersContext } from '../context.ts';
import { ConsentConnection } from './consent.connection.ts';
import { Consent, ConsentDocument } from './consent.entity.ts';
import { GiveConsentInput, PublishConsentDocumentInput, WithdrawConsentInput } from './consent.inputs.ts';

const isEnglish = ({ locale }: UsersContext) => locale.toLowerCase().startsWith('en');

@Resolver(() => ConsentDocument)
export class ConsentDocumentResolver {
  @Query(() => [ConsentDocument], {
    description: 'The texts that count now, one of each purpose. 现行同意书',
  })
  async consentDocuments(@Ctx() { services }: UsersContext): Promise<ConsentDocument[]> {
    return services.consents.documents(services.now());
  }

  @Mutation(() => ConsentDocument, {
    description: 'Publishes a new version; processing then waits for a new consent. 发布同意书',
  })
  async publishConsentDocument(
    @Arg('input', () => PublishConsentDocumentInput, { description: 'The text.' })
    input: PublishConsentDocumentInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<ConsentDocument> {
    return services.consentPublishing.publish(actor, input);
  }

  @FieldResolver(() => String, { description: 'Title, in the language of the request. 标题' })
  title(@Root() { titleZh, titleEn }: ConsentDocument, @Ctx() context: UsersContext): string {
    return isEnglish(context) ? titleEn : titleZh;
  }

  @FieldResolver(() => String, { description: 'Text, in the language of the request. 正文' })
  text(@Root() { textZh, textEn }: ConsentDocument, @Ctx() context: UsersContext): string {
    return isEnglish(context) ? textEn : textZh;
  }
}

@Resolver(() => Consent)
export class ConsentResolver {
  @Query(() => ConsentConnection, {
    description: 'What the caller consented to, the newest first. 我的同意记录',
  })
  async myConsents(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<ConsentConnection> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const before = cursorOf(page.after, (text) => parseId('cns', text));
    const size = pageSize(page.first);
    const rows = await services.consents.page(actor.accountId, before, size + 1);
    return connectionOf(rows, size, ({ id }) => id);
  }

  @Mutation(() => Consent, { description: 'Consents to the version of a text that counts now. 同意' })
  async giveConsent(
    @Arg('input', () => GiveConsentInput, { description: 'To what.' }) input: GiveConsentInput,
    @Ctx() { actor, services }: UsersContext,
  ): Promise<Consent> {
    const given = await services.consents.find(await services.consenting.give(actor, input));
    if (!given) throw new AppError('NOT_FOUND', { what: 'Consent' });
    return given;
  }

  @Mutation(() => ConsentConnection, {
    description:
      'Withdraws a consent. Nothing new is processed by it from now on; what is there is not deleted, medical records ' +
      'are kept by law. Answers with the consents of the caller. 撤回同意',
  })
  async withdrawConsent(
    @Arg('input', () => WithdrawConsentInput, { description: 'Of what.' }) input: WithdrawConsentInput,
    @Ctx() context: UsersContext,
  ): Promise<ConsentConnection> {
    await context.services.consenting.withdraw(context.actor, input);
    context.loaders.clear();
    return this.myConsents({}, context);
  }

  @FieldResolver(() => ID, { nullable: true, description: 'The one patient it is for; null for all. 就诊人' })
  patientId(@Root() { patientId }: Consent): string | null {
    return patientId === '' ? null : patientId;
  }
}
