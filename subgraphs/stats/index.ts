import { loadConfig } from '../../shared/config/config.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { verifyAuditCommand } from '../../shared/foundation/verify-audit.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import type { StatsServices } from './context.ts';
import { database } from './datasource.ts';
import { statsSchema } from './schema.ts';
import { seed } from './seed/seed.ts';

process.env.YEY_SERVICE = 'stats';

function wire(_foundation: Foundation): StatsServices {
  return {};
}

async function serve(): Promise<() => Promise<void>> {
  const { stop } = await serveSubgraph(loadConfig('stats', process.env), {
    database,
    schema: statsSchema,
    services: wire,
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadConfig('stats', process.env), database),
  seed: () => withFoundation(loadConfig('stats', process.env), database, ({ db }) => seed(db)),
  'verify-audit': () => verifyAuditCommand(loadConfig('stats', process.env), database),
});
