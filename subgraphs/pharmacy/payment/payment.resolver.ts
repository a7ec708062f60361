import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { actorId } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { PharmacyContext } from '../context.ts';
import { Payment, PaymentStatus } from './payment.entity.ts';
import { StartPaymentInput } from './payment.inputs.ts';

@Resolver(() => Payment)
export class PaymentResolver {
  @Query(() => Payment, { description: 'A payment of the caller. NOT_FOUND for anybody else. 支付' })
  async payment(
    @Arg('id', () => ID, { description: 'Identifier, `pay_<ULID>`.' }) id: string,
    @Ctx() { actor, loaders, services }: PharmacyContext,
  ): Promise<Payment> {
    const found = await loaders.of(services.payments.byId).load(parseId('pay', id));
    if (found?.payerAccountId !== actorId(actor)) throw new AppError('NOT_FOUND', { what: 'Payment' });
    return found;
  }

  @Mutation(() => Payment, {
    description: 'Begins the payment of something; while one is under way, answers with that one. 发起支付',
  })
  async startPayment(
    @Arg('input', () => StartPaymentInput, { description: 'For what.' }) input: StartPaymentInput,
    @Ctx() { actor, services }: PharmacyContext,
  ): Promise<Payment> {
    return services.paymentStart.start(actor, input);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "The provider's page on which to pay; null when it cannot be paid any more. 支付页面",
  })
  payUrl(@Root() { status, payUrl }: Payment): string | null {
    return status === PaymentStatus.PENDING ? payUrl : null;
  }
}
