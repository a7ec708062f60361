import type { DatabaseParts } from '../../shared/db/data-source.ts';
import { EncounterFact } from './encounter/encounter-fact.entity.ts';
import { Facts1765100000000 } from './migrations/1765100000000-facts.ts';
import { SaleFact } from './sale/sale-fact.entity.ts';
import { VisitFact } from './visit/visit-fact.entity.ts';

export const database: DatabaseParts = {
  entities: [VisitFact, EncounterFact, SaleFact],
  migrations: [Facts1765100000000],
};
