import { type Actor, holds, holdsSomewhere } from '../../../shared/context/actor.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { anyone, rule, type RuleMap } from '../../../shared/rules/rules.ts';
import type { PharmacyContext } from '../context.ts';

/** On what belongs to a pharmacy: the caller reads the stock of that one. */
export const readsStockOfItsPharmacy = rule<PharmacyContext, { readonly pharmacyId: string }>(
  'readsStockOfItsPharmacy',
  ({ pharmacyId }, _args, { actor }) => holds(actor, 'stock.read', pharmacyId),
);

/** Of which pharmacy is decided where that is known; a foreign one is as if it were not there. */
export const readsStockSomewhere = rule<PharmacyContext>('readsStockSomewhere', (_parent, _args, { actor }) =>
  isStaff(actor, 'stock.read'),
);

export const managesStockSomewhere = rule<PharmacyContext>(
  'managesStockSomewhere',
  (_parent, _args, { actor }) => isStaff(actor, 'stock.manage'),
);

/** @throws AppError NOT_FOUND for the stock of a pharmacy that is not the caller's */
export function assertReadsStockOf(actor: Actor, pharmacyId: string): void {
  if (!holds(actor, 'stock.read', pharmacyId)) throw new AppError('NOT_FOUND', { what: 'Pharmacy' });
}

function isStaff(actor: Actor, permission: string): boolean {
  if (actor.kind === 'anonymous') throw new AppError('UNAUTHENTICATED');
  return holdsSomewhere(actor, permission);
}

export const pharmacyRules: RuleMap = {
  Query: { pharmacy: anyone, pharmacies: anyone, warehouses: readsStockSomewhere },
  Pharmacy: anyone,
  PharmacyConnection: anyone,
  PharmacyEdge: anyone,
  Warehouse: readsStockOfItsPharmacy,
};
