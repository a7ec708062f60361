import type { BlindIndexKeys } from '../../shared/crypto/blind-index.ts';
import { backupCommands } from '../../shared/backup/commands.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { eventCommands } from '../../shared/foundation/event-commands.ts';
import { auditCommands } from '../../shared/foundation/audit-commands.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { loadStatsConfig } from './config.ts';
import type { StatsServices } from './context.ts';
import { database } from './datasource.ts';
import { EncounterStore } from './encounter/encounter.store.ts';
import { careFacts, pharmacyFacts } from './facts/fact-handlers.ts';
import { Pseudonyms } from './facts/pseudonyms.ts';
import { rebuild } from './facts/rebuild.ts';
import { SaleStore } from './sale/sale.store.ts';
import { statsQuotas } from './quotas.ts';
import { statsSchema } from './schema.ts';
import { VisitStore } from './visit/visit.store.ts';

process.env.YEY_SERVICE = 'stats';

function wire({ db }: Foundation, minPatients: number): StatsServices {
  return {
    visits: new VisitStore(db),
    encounters: new EncounterStore(db),
    sales: new SaleStore(db),
    minPatients,
  };
}

function consumes(services: StatsServices, key: BlindIndexKeys) {
  const pseudonyms = new Pseudonyms(key);
  return { care: careFacts(services, pseudonyms), pharmacy: pharmacyFacts(services, pseudonyms) };
}

async function serve(): Promise<() => Promise<void>> {
  const config = loadStatsConfig(process.env);
  const { stop } = await serveSubgraph(config, {
    database,
    schema: statsSchema,
    quotas: statsQuotas,
    services: (foundation) => wire(foundation, config.own.STATS_MIN_PATIENTS),
    consumes: (services) => consumes(services, config.blindIndexKey),
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadStatsConfig(process.env), database),
  // Its rows come from the facts of others, those of the demo too.
  seed: async () => undefined,
  rebuild: () => withFoundation(loadStatsConfig(process.env), database, rebuild),
  ...eventCommands(
    () => loadStatsConfig(process.env),
    database,
    (foundation) => {
      const { blindIndexKey, own } = loadStatsConfig(process.env);
      return consumes(wire(foundation, own.STATS_MIN_PATIENTS), blindIndexKey);
    },
  ),
  ...backupCommands(() => loadStatsConfig(process.env), database),
  ...auditCommands(() => loadStatsConfig(process.env), database),
});
