import type { GraphqlContext } from '../../shared/context/graphql-context.ts';
import type { EncounterStore } from './encounter/encounter.store.ts';
import type { SaleStore } from './sale/sale.store.ts';
import type { VisitStore } from './visit/visit.store.ts';

export interface StatsServices {
  readonly visits: VisitStore;
  readonly encounters: EncounterStore;
  readonly sales: SaleStore;
  /** How many different patients a cell of the heat map has at least. */
  readonly minPatients: number;
}

export interface StatsContext extends GraphqlContext {
  readonly services: StatsServices;
}
