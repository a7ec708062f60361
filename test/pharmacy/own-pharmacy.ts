import { type LaidFoundation, layFoundation } from '../../shared/foundation/foundation.ts';
import { loadPharmacyConfig, type PharmacyConfig } from '../../subgraphs/pharmacy/config.ts';
import { database } from '../../subgraphs/pharmacy/datasource.ts';
import { seedCatalogue } from '../../subgraphs/pharmacy/seed/catalogue.ts';
import { ownSchema } from '../testkit/own-schema.ts';

export interface OwnPharmacy extends LaidFoundation {
  readonly config: PharmacyConfig;
}

/** Pharmacy's tables, with the catalogue, for one test file alone: whoever moves the clock there ends no order of others. */
export async function ownPharmacy(): Promise<OwnPharmacy> {
  const { env, drop } = await ownSchema('pharmacy');
  const config = loadPharmacyConfig(env);
  const laid = await layFoundation(config, database);
  await laid.foundation.db.transaction(seedCatalogue);
  const close = async () => {
    await laid.close();
    await drop();
  };
  return { ...laid, config, close };
}
