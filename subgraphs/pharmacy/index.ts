import { loadConfig } from '../../shared/config/config.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { verifyAuditCommand } from '../../shared/foundation/verify-audit.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { SkuStore } from './catalogue/sku.store.ts';
import type { PharmacyServices } from './context.ts';
import { database } from './datasource.ts';
import { PharmacyStore } from './pharmacy/pharmacy.store.ts';
import { pharmacySchema } from './schema.ts';
import { wireReview } from './review/review.wiring.ts';
import { reviewHandlers } from './review/snapshot-intake.service.ts';
import { seed } from './seed/seed.ts';
import { stockJobs, wireStock } from './stock/stock.wiring.ts';
import { SupplyStore } from './supply/supply.store.ts';

process.env.YEY_SERVICE = 'pharmacy';

function wire(foundation: Foundation): PharmacyServices {
  const { db } = foundation;
  const skus = new SkuStore(db);
  return {
    skus,
    pharmacies: new PharmacyStore(db),
    supply: new SupplyStore(db),
    ...wireStock(foundation),
    ...wireReview(foundation, skus),
  };
}

async function serve(): Promise<() => Promise<void>> {
  const { stop } = await serveSubgraph(loadConfig('pharmacy', process.env), {
    database,
    schema: pharmacySchema,
    services: wire,
    jobs: stockJobs,
    consumes: ({ snapshotIntake }) => ({ care: { ...reviewHandlers(snapshotIntake) } }),
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadConfig('pharmacy', process.env), database),
  seed: () => withFoundation(loadConfig('pharmacy', process.env), database, ({ db, now }) => seed(db, now())),
  'verify-audit': () => verifyAuditCommand(loadConfig('pharmacy', process.env), database),
});
