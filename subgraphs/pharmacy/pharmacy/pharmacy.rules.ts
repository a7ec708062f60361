import { type Actor, holds } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import { somewhere } from '../../../shared/rules/somewhere.ts';
import type { PharmacyContext } from '../context.ts';

/** On what belongs to a pharmacy: the caller reads the stock of that one. */
export const readsStockOfItsPharmacy = rule<PharmacyContext, { readonly pharmacyId: string }>(
  'readsStockOfItsPharmacy',
  ({ pharmacyId }, _args, { actor }) => holds(actor, 'stock.read', { pharmacyId }),
);

/** Of which pharmacy is decided where that is known; a foreign one is as if it were not there. */
export const readsStockSomewhere = somewhere('stock.read');

export const managesStockSomewhere = somewhere('stock.manage');

/** What changes the stock answers with it, so who may not read it is refused before anything is changed. */
export function managesStockOf(actor: Actor, pharmacyId: string): boolean {
  return ['stock.manage', 'stock.read'].every((each) => holds(actor, each, { pharmacyId }));
}

/** @throws AppError NOT_FOUND for the stock of a pharmacy that is not the caller's */
export function assertReadsStockOf(actor: Actor, pharmacyId: string): void {
  if (!holds(actor, 'stock.read', { pharmacyId })) throw new AppError('NOT_FOUND', { what: 'Pharmacy' });
}

export const pharmacyRules: RuleMap = {
  Query: { pharmacy: anyone, pharmacies: anyone, warehouses: readsStockSomewhere },
  Pharmacy: anyone,
  PharmacyConnection: anyone,
  PharmacyEdge: anyone,
  Warehouse: readsStockOfItsPharmacy,
};
