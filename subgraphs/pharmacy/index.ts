import type { Foundation } from '../../shared/foundation/foundation.ts';
import { verifyAuditCommand } from '../../shared/foundation/verify-audit.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { SkuStore } from './catalogue/sku.store.ts';
import { loadPharmacyConfig, type PharmacyConfig } from './config.ts';
import type { PharmacyServices } from './context.ts';
import { database } from './datasource.ts';
import {
  addPaymentJobs,
  addPaymentRoutes,
  paymentHandlers,
  paymentProviderOf,
  wirePayments,
  wireRefunds,
} from './payment/payment.wiring.ts';
import { pharmacySchema } from './schema.ts';
import { wireReview } from './review/review.wiring.ts';
import { reviewHandlers } from './review/snapshot-intake.service.ts';
import { seed } from './seed/seed.ts';

process.env.YEY_SERVICE = 'pharmacy';

function wire(config: PharmacyConfig, foundation: Foundation): PharmacyServices {
  const { db, now } = foundation;
  const provider = paymentProviderOf(config, now);
  const refunds = wireRefunds(foundation, provider);
  const skus = new SkuStore(db);
  return {
    skus,
    ...wireReview(foundation, skus),
    ...wirePayments(foundation, provider, refunds, {
      idType: 'ord',
      find: async () => null,
      accept: async () => undefined,
    }),
  };
}

async function serve(): Promise<() => Promise<void>> {
  const config = loadPharmacyConfig(process.env);
  const { stop } = await serveSubgraph(config, {
    database,
    schema: pharmacySchema,
    services: (foundation) => wire(config, foundation),
    routes: (app, services) => addPaymentRoutes(app, config, services),
    consumes: (services) => ({
      care: { ...reviewHandlers(services.snapshotIntake), ...paymentHandlers(services) },
    }),
    jobs: (services, jobs) => addPaymentJobs(jobs, services),
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadPharmacyConfig(process.env), database),
  seed: () => withFoundation(loadPharmacyConfig(process.env), database, ({ db }) => seed(db)),
  'verify-audit': () => verifyAuditCommand(loadPharmacyConfig(process.env), database),
});
