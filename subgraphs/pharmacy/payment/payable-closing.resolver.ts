import { Arg, Ctx, Directive, ID, Mutation, Resolver } from 'type-graphql';
import { parseId } from '../../../shared/ids/ids.ts';
import { isServiceNamed } from '../../../shared/rules/identity-rules.ts';
import type { RuleMap } from '../../../shared/rules/rules.ts';
import type { PharmacyContext } from '../context.ts';
import { PayableClosed } from './payable-closing.types.ts';
import { PayableType } from './payment.entity.ts';

/** What pharmacy decides for the owners of what is paid. */
@Resolver()
export class PayableClosingResolver {
  @Directive('@inaccessible')
  @Mutation(() => PayableClosed, {
    description:
      'Closes an appointment for payment unless it was paid; the same call again has the same answer. For care alone. 关闭待支付的挂号，已支付的除外；可重复调用，仅限 care 子图。',
  })
  async closePayable(
    @Arg('id', () => ID, { description: 'The appointment, `apt_<ULID>`. 挂号标识。' }) id: string,
    @Ctx() { services }: PharmacyContext,
  ): Promise<PayableClosed> {
    const closing = await services.payableClosing.close(PayableType.APPOINTMENT, parseId('apt', id));
    if (closing.outcome !== 'PAID') return { outcome: closing.outcome, payment: null };
    const { id: paymentId, payerAccountId, amountFen, paidAt, createdAt } = closing.payment;
    return {
      outcome: 'PAID',
      payment: { paymentId, payerAccountId, amountFen, paidAt: paidAt ?? createdAt },
    };
  }
}

/** Care alone: whoever closes what is care's would have its patients' money sent back. */
const isCare = isServiceNamed('care');

export const payableClosingRules: RuleMap = {
  Mutation: { closePayable: isCare },
  PayableClosed: isCare,
  PayablePayment: isCare,
};
