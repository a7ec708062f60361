import { holds } from '../../../shared/context/actor.ts';
import { isLoggedIn } from '../../../shared/rules/identity-rules.ts';
import { rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import type { PharmacyContext } from '../context.ts';
import { maySeeOrder } from '../order/order.rules.ts';
import type { Dispensation, DispensationLine } from './dispensation.entity.ts';
import type { Trace } from './trace.types.ts';

const dispensesSomewhere = somewhere('prescription.dispense');

const isReceiverOrReadsOrders = rule<PharmacyContext, Dispensation>(
  'isReceiverOrReadsOrders',
  (dispensation, _args, { actor }) => maySeeOrder(actor, dispensation),
);

const isLineOfVisibleDispensation = rule<PharmacyContext, DispensationLine>(
  'isLineOfVisibleDispensation',
  async ({ dispensationId }, _args, { actor, loaders, services }) => {
    const found = await loaders.of(services.dispensations.byId).load(dispensationId);
    return found !== null && maySeeOrder(actor, found);
  },
);

const isTraceOfVisibleDispensation = rule<PharmacyContext, Trace>(
  'isTraceOfVisibleDispensation',
  ({ dispensation }, _args, { actor }) => maySeeOrder(actor, dispensation),
);

/** From whom a pharmacy buys is its own matter. */
const readsStockOfTrace = rule<PharmacyContext, Trace>(
  'readsStockOfTrace',
  ({ dispensation }, _args, { actor }) => holds(actor, 'stock.read', dispensation),
);

export const dispensationRules: RuleMap = {
  Query: { trace: isLoggedIn, dispensation: isLoggedIn },
  Mutation: { dispense: dispensesSomewhere },
  Dispensation: isReceiverOrReadsOrders,
  DispensationLine: isLineOfVisibleDispensation,
  Trace: {
    code: isTraceOfVisibleDispensation,
    dispensation: isTraceOfVisibleDispensation,
    sku: isTraceOfVisibleDispensation,
    batch: isTraceOfVisibleDispensation,
    purchaseOrder: readsStockOfTrace,
  },
};
