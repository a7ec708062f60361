import { loadConfig } from '../../shared/config/config.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { verifyAuditCommand } from '../../shared/foundation/verify-audit.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { SkuStore } from './catalogue/sku.store.ts';
import type { PharmacyServices } from './context.ts';
import { database } from './datasource.ts';
import { pharmacySchema } from './schema.ts';
import { wireReview } from './review/review.wiring.ts';
import { reviewHandlers } from './review/snapshot-intake.service.ts';
import { seed } from './seed/seed.ts';

process.env.YEY_SERVICE = 'pharmacy';

function wire(foundation: Foundation): PharmacyServices {
  const skus = new SkuStore(foundation.db);
  return { skus, ...wireReview(foundation, skus) };
}

async function serve(): Promise<() => Promise<void>> {
  const { stop } = await serveSubgraph(loadConfig('pharmacy', process.env), {
    database,
    schema: pharmacySchema,
    services: wire,
    consumes: ({ snapshotIntake }) => ({ care: { ...reviewHandlers(snapshotIntake) } }),
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadConfig('pharmacy', process.env), database),
  seed: () => withFoundation(loadConfig('pharmacy', process.env), database, ({ db }) => seed(db)),
  'verify-audit': () => verifyAuditCommand(loadConfig('pharmacy', process.env), database),
});
