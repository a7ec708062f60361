import { anyone, type RuleMap } from '../../../shared/rules/rules.ts';
import {
  managesStockSomewhere,
  readsStockOfItsPharmacy,
  readsStockSomewhere,
} from '../pharmacy/pharmacy.rules.ts';

export const stockRules: RuleMap = {
  Query: {
    batch: readsStockSomewhere,
    batches: readsStockSomewhere,
    stockMovements: readsStockSomewhere,
    stockLevels: readsStockSomewhere,
  },
  Mutation: {
    receiveStock: managesStockSomewhere,
    writeOffStock: managesStockSomewhere,
    setStockThreshold: managesStockSomewhere,
  },
  // Of each event: one of which only `__typename` is asked has no other rule.
  Subscription: { stockAlertRaised: readsStockOfItsPharmacy },
  Sku: { available: anyone },
  Batch: {
    // What is printed on the box; a batch is reached only by way of a field that has its own rule.
    id: anyone,
    sku: anyone,
    lot: anyone,
    expiresOn: anyone,
    warehouse: readsStockOfItsPharmacy,
    supplier: readsStockOfItsPharmacy,
    purchaseOrder: readsStockOfItsPharmacy,
    unitCost: readsStockOfItsPharmacy,
    received: readsStockOfItsPharmacy,
    available: readsStockOfItsPharmacy,
    held: readsStockOfItsPharmacy,
    sold: readsStockOfItsPharmacy,
    writtenOff: readsStockOfItsPharmacy,
    receivedAt: readsStockOfItsPharmacy,
  },
  BatchConnection: readsStockSomewhere,
  BatchEdge: readsStockSomewhere,
  StockLevel: readsStockOfItsPharmacy,
  StockLevelConnection: readsStockSomewhere,
  StockLevelEdge: readsStockSomewhere,
  StockMovement: readsStockOfItsPharmacy,
  StockMovementConnection: readsStockSomewhere,
  StockMovementEdge: readsStockSomewhere,
  StockAlert: readsStockOfItsPharmacy,
};
