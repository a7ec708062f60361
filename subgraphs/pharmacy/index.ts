import { backupCommands } from '../../shared/backup/commands.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { eventCommands } from '../../shared/foundation/event-commands.ts';
import { rotateFieldKeysCommand } from '../../shared/foundation/rotate-field-keys.ts';
import { auditCommands } from '../../shared/foundation/audit-commands.ts';
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
import { PharmacyStore } from './pharmacy/pharmacy.store.ts';
import { wirePersonalData } from './privacy/personal-data.ts';
import { sealedColumns } from './privacy/sealed-columns.ts';
import { pharmacyQuotas } from './quotas.ts';
import { pharmacySchema } from './schema.ts';
import { reviewJobs, wireReview } from './review/review.wiring.ts';
import { reviewHandlers } from './review/snapshot-intake.service.ts';
import { seedCatalogue } from './seed/catalogue.ts';
import { seed } from './seed/seed.ts';
import { stockJobs, wireStock } from './stock/stock.wiring.ts';
import { SupplyStore } from './supply/supply.store.ts';

process.env.YEY_SERVICE = 'pharmacy';

function wire(config: PharmacyConfig, foundation: Foundation): PharmacyServices {
  const { db, now } = foundation;
  const skus = new SkuStore(db);
  const stocked = wireStock(foundation);
  const reviewing = wireReview(foundation, skus);
  const ground = {
    skus,
    prescriptions: reviewing.prescriptions,
    stock: stocked.stock,
    gate: stocked.stockGate,
    limits: config.own,
  };
  return {
    skus,
    pharmacies: new PharmacyStore(db),
    supply: new SupplyStore(db),
    ...stocked,
    ...reviewing,
    ...wireOrders(foundation, ground, outsidePartiesOf(config, now)),
    ...wirePersonalData(foundation),
  };
}

const consumes = (services: PharmacyServices) => ({
  care: { ...reviewHandlers(services.snapshotIntake), ...orderHandlers(services) },
});

async function serve(): Promise<() => Promise<void>> {
  const config = loadPharmacyConfig(process.env);
  const { stop } = await serveSubgraph(config, {
    database,
    schema: pharmacySchema,
    quotas: pharmacyQuotas,
    services: (foundation) => wire(config, foundation),
    routes: (app, services, _admit, trust) => addOrderRoutes(app, trust, services),
    consumes,
    jobs: (services, jobs) => {
      stockJobs(services, jobs);
      addOrderJobs(jobs, services);
      reviewJobs(services, jobs);
    },
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadPharmacyConfig(process.env), database),
  seed: () => withFoundation(loadPharmacyConfig(process.env), database, ({ db, now }) => seed(db, now())),
  'load-reference': () =>
    withFoundation(loadPharmacyConfig(process.env), database, ({ db }) => db.transaction(seedCatalogue)),
  ...eventCommands(
    () => loadPharmacyConfig(process.env),
    database,
    (foundation) => consumes(wire(loadPharmacyConfig(process.env), foundation)),
  ),
  ...backupCommands(() => loadPharmacyConfig(process.env), database),
  ...auditCommands(() => loadPharmacyConfig(process.env), database),
  'rotate-field-keys': (args) =>
    rotateFieldKeysCommand(loadPharmacyConfig(process.env), database, () => sealedColumns, args),
});
