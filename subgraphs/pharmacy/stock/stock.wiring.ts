import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { Jobs } from '../../../shared/jobs/jobs.ts';
import { BatchStore } from './batch.store.ts';
import { StockGate } from './stock-gate.ts';
import { StockIntakeService } from './stock-intake.service.ts';
import { StockLedger } from './stock-ledger.ts';
import { StockLevelStore } from './stock-level.store.ts';
import { StockService } from './stock.service.ts';
import { StockThresholdService } from './stock-threshold.service.ts';
import { StockWatch } from './stock-watch.ts';

const RESYNC_MS = 30_000;

export interface StockServices {
  readonly batches: BatchStore;
  readonly stockLevels: StockLevelStore;
  readonly stockWatch: StockWatch;
  readonly stockGate: StockGate;
  readonly stock: StockService;
  readonly stockIntake: StockIntakeService;
  readonly stockThresholds: StockThresholdService;
}

export function wireStock({ db, redis, outbox, wake, audit, now }: Foundation): StockServices {
  const batches = new BatchStore(db);
  const stockLevels = new StockLevelStore(db, now);
  const stockWatch = new StockWatch(db, stockLevels, outbox, wake, now);
  const stockGate = new StockGate(redis, stockLevels);
  const ledger = new StockLedger(stockWatch, stockGate, now);
  return {
    batches,
    stockLevels,
    stockWatch,
    stockGate,
    stock: new StockService(db, batches, ledger, now),
    stockIntake: new StockIntakeService(db, { batches, levels: stockLevels }, ledger, audit, now),
    stockThresholds: new StockThresholdService(db, stockLevels, stockWatch, audit, now),
  };
}

/** What stock does by the clock. */
export function stockJobs({ stockGate, stockWatch }: StockServices, jobs: Jobs): void {
  jobs.every('stock.resync', RESYNC_MS, async () => {
    await stockWatch.sweep();
    await stockGate.resync();
  });
}
