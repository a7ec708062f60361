import { BlindIndex } from '../../shared/crypto/blind-index.ts';
import { addFileRoutes } from '../../shared/subgraph/file-routes.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { rotateFieldKeysCommand } from '../../shared/foundation/rotate-field-keys.ts';
import { verifyAuditCommand } from '../../shared/foundation/verify-audit.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { AccountStore } from './account/account.store.ts';
import { loadUsersConfig } from './config.ts';
import type { UsersServices } from './context.ts';
import { database } from './datasource.ts';
import { DoctorStore } from './doctor/doctor.store.ts';
import { CareClient } from './external/care.client.ts';
import { LoginCodeService } from './login/login-code.service.ts';
import { LoginService } from './login/login.service.ts';
import { type PhoneProtection, RegistrationService } from './login/registration.service.ts';
import { wirePatients, wirePatientStores } from './patient/patient.wiring.ts';
import { addPrivacyJobs, wirePrivacy } from './privacy/privacy.wiring.ts';
import { sealedColumns } from './privacy/sealed-columns.ts';
import { makeAdmin } from './role/make-admin.ts';
import { RoleService } from './role/role.service.ts';
import { usersSchema } from './schema.ts';
import { writeDemoAccounts } from './seed/demo-accounts.ts';
import { seed } from './seed/seed.ts';
import { SessionService } from './session/session.service.ts';
import { InboxSmsSender } from './sms/inbox.ts';
import { noSmsSender } from './sms/none.ts';
import { TokenSigner } from './token/token-signer.ts';

process.env.YEY_SERVICE = 'users';

type UsersConfig = ReturnType<typeof loadUsersConfig>;

function phoneProtection({ config, cipher }: Foundation): PhoneProtection {
  return { index: new BlindIndex(config.blindIndexKey, 'phone'), cipher };
}

function wire({ own }: UsersConfig, signer: TokenSigner, foundation: Foundation): UsersServices {
  const { config, db, audit, now } = foundation;
  const phones = phoneProtection(foundation);
  const { SANDBOX_URL } = own;
  const sender = SANDBOX_URL === undefined ? noSmsSender : new InboxSmsSender(SANDBOX_URL);
  const codes = new LoginCodeService(db, phones.index, sender, now);
  const sessions = new SessionService(
    db,
    signer,
    new BlindIndex(config.blindIndexKey, 'refresh'),
    audit,
    now,
  );
  return {
    ...wirePatients(foundation, new CareClient(foundation.clientOf('care'))),
    ...wirePrivacy(foundation, codes, own),
    accounts: new AccountStore(db),
    doctors: new DoctorStore(db),
    codes,
    sessions,
    roles: new RoleService(db, audit, now),
    logins: new LoginService(db, codes, sessions, new RegistrationService(phones, audit, now)),
  };
}

async function serve(): Promise<() => Promise<void>> {
  const config = loadUsersConfig(process.env);
  const signer = TokenSigner.fromFile(config.jwtPrivateKeyFile);
  const { stop } = await serveSubgraph(config, {
    database,
    schema: usersSchema,
    services: (foundation) => wire(config, signer, foundation),
    authority:
      ({ roles }) =>
      (sessionId) =>
        roles.authorityOf(sessionId),
    prepare: async ({ sessions }) => {
      if (config.mode === 'development' && config.demoFile)
        await writeDemoAccounts(config.demoFile, sessions);
    },
    routes: (app, { exportDownload }, admit) => {
      app.get('/jwks.json', () => signer.keySet());
      addFileRoutes(app, admit, config.routerSecret, exportDownload);
    },
    jobs: addPrivacyJobs,
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadUsersConfig(process.env), database),
  seed: async () => {
    const config = loadUsersConfig(process.env);
    await withFoundation(config, database, (foundation) =>
      seed(foundation.db, phoneProtection(foundation), wirePatientStores(foundation)),
    );
  },
  'make-admin': async (args) => {
    await withFoundation(loadUsersConfig(process.env), database, async (foundation) => {
      const { audit, now } = foundation;
      const registration = new RegistrationService(phoneProtection(foundation), audit, now);
      console.log(`ADMIN ${await makeAdmin(foundation, registration, args)}`);
    });
  },
  'verify-audit': () => verifyAuditCommand(loadUsersConfig(process.env), database),
  'rotate-field-keys': (args) =>
    rotateFieldKeysCommand(
      loadUsersConfig(process.env),
      database,
      ({ config }) => sealedColumns(config),
      args,
    ),
});
