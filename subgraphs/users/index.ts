import { loadConfig } from '../../shared/config/config.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import { migrateSubgraph, serveSubgraph, withDatabase } from '../../shared/subgraph/serve.ts';
import { AccountStore } from './account/account.store.ts';
import { database } from './datasource.ts';
import { DoctorStore } from './doctor/doctor.store.ts';
import { usersSchema } from './schema.ts';
import { writeDemoAccounts } from './seed/demo-accounts.ts';
import { seed } from './seed/seed.ts';
import { TokenSigner } from './token/token-signer.ts';

process.env.YEY_SERVICE = 'users';

async function serve(): Promise<() => Promise<void>> {
  const config = loadConfig('users', process.env);
  const signer = TokenSigner.fromFile(config.jwtPrivateKeyFile);
  if (config.mode === 'development' && config.demoFile) writeDemoAccounts(config.demoFile, signer);
  const { stop } = await serveSubgraph(config, {
    database,
    schema: usersSchema,
    services: ({ db }) => ({ accounts: new AccountStore(db), doctors: new DoctorStore(db) }),
    routes: (app) => app.get('/jwks.json', () => signer.keySet()),
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadConfig('users', process.env), database),
  seed: () => withDatabase(loadConfig('users', process.env), database, seed),
});
