import type { Foundation } from '../../shared/foundation/foundation.ts';
import { verifyAuditCommand } from '../../shared/foundation/verify-audit.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { SkuStore } from './catalogue/sku.store.ts';
import { loadPharmacyConfig, type PharmacyConfig } from './config.ts';
import type { PharmacyServices } from './context.ts';
import { database } from './datasource.ts';
import {
  addOrderJobs,
  addOrderRoutes,
  orderHandlers,
  outsidePartiesOf,
  wireOrders,
} from './order/order.wiring.ts';
import { pharmacySchema } from './schema.ts';
import { wireReview } from './review/review.wiring.ts';
import { reviewHandlers } from './review/snapshot-intake.service.ts';
import { seed } from './seed/seed.ts';

process.env.YEY_SERVICE = 'pharmacy';

function wire(config: PharmacyConfig, foundation: Foundation): PharmacyServices {
  const skus = new SkuStore(foundation.db);
  const reviewing = wireReview(foundation, skus);
  const { prescriptions } = reviewing;
  const ground = { skus, prescriptions, stock, gate, batches };
  const outside = outsidePartiesOf(config, foundation.now);
  return { skus, ...reviewing, ...wireOrders(foundation, ground, outside) };
}

async function serve(): Promise<() => Promise<void>> {
  const config = loadPharmacyConfig(process.env);
  const { stop } = await serveSubgraph(config, {
    database,
    schema: pharmacySchema,
    services: (foundation) => wire(config, foundation),
    routes: (app, services) => addOrderRoutes(app, config, services),
    consumes: (services) => ({
      care: { ...reviewHandlers(services.snapshotIntake), ...orderHandlers(services) },
    }),
    jobs: (services, jobs) => addOrderJobs(jobs, services),
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadPharmacyConfig(process.env), database),
  seed: () => withFoundation(loadPharmacyConfig(process.env), database, ({ db }) => seed(db)),
  'verify-audit': () => verifyAuditCommand(loadPharmacyConfig(process.env), database),
});
