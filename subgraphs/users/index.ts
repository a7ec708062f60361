import { backupCommands } from '../../shared/backup/commands.ts';
import { fileStoreOf } from '../../shared/storage/storage-config.ts';
import { addFileRoutes, fileServiceOf } from '../../shared/subgraph/file-routes.ts';
import { logger } from '../../shared/logging/logger.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { eventCommands } from '../../shared/foundation/event-commands.ts';
import { Counters } from '../../shared/limits/window-counter.ts';
import { rotateFieldKeysCommand } from '../../shared/foundation/rotate-field-keys.ts';
import { auditCommands } from '../../shared/foundation/audit-commands.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { AccountStore } from './account/account.store.ts';
import { loadUsersConfig } from './config.ts';
import type { UsersServices } from './context.ts';
import { database } from './datasource.ts';
import { DoctorStore } from './doctor/doctor.store.ts';
import { CareClient } from './external/care.client.ts';
import { PharmacyClient } from './external/pharmacy.client.ts';
import { LoginCodeService } from './login/login-code.service.ts';
import { LoginLimiter } from './login/login-limiter.ts';
import { LoginService } from './login/login.service.ts';
import { identityProtection, wirePartyLogins } from './login/party-login.wiring.ts';
import { RegistrationService } from './login/registration.service.ts';
import { wirePatientLife } from './patient/patient-life.wiring.ts';
import { observationJobs, wireObservations } from './observation/observation.wiring.ts';
import { wirePatients, wirePatientStores } from './patient/patient.wiring.ts';
import { addPrivacyJobs, wirePrivacy } from './privacy/privacy.wiring.ts';
import { sealedColumns } from './privacy/sealed-columns.ts';
import { OwnPatientService } from './profile/own-patient.service.ts';
import type { Places } from './role/grant-check.service.ts';
import { makeAdmin } from './role/make-admin.ts';
import { RoleService } from './role/role.service.ts';
import { usersQuotas } from './quotas.ts';
import { usersSchema } from './schema.ts';
import { writeDemoAccounts } from './seed/demo-accounts.ts';
import { seed } from './seed/seed.ts';
import { wireSearch } from './search/search.wiring.ts';
import { addEndedSessions } from './session/ended-sessions.ts';
import { authorityOf } from './session/session-authority.ts';
import { SessionPurge } from './session/session-purge.ts';
import { wireSessions } from './session/session.wiring.ts';
import { smsSenderOf } from './sms/sms.wiring.ts';
import { wireLicenceStore, staffJobs, wireStaff } from './staff/staff.wiring.ts';
import { serveKeySet } from './token/jwks.ts';
import { rotateSigningKey } from './token/rotate-signing-key.ts';
import { TokenSigner } from './token/token-signer.ts';

process.env.YEY_SERVICE = 'users';

type UsersConfig = ReturnType<typeof loadUsersConfig>;

/** What the configuration says of WeChat and of other providers. */
function partiesOf(own: UsersConfig['own']) {
  const wechat = {
    apps: own.WECHAT_APPS,
    redirectUris: own.WECHAT_REDIRECT_URIS,
    apiUrl: own.WECHAT_API_URL,
    openUrl: own.WECHAT_OPEN_URL,
  };
  return { wechat, providers: own.OIDC_PROVIDERS };
}

/** Who tells which places there are. */
function placesBy({ clientOf }: Foundation): Places {
  const care = new CareClient(clientOf('care'));
  const pharmacy = new PharmacyClient(clientOf('pharmacy'));
  return {
    isHospital: (...ids) => care.isHospital(...ids),
    isPharmacy: (id) => pharmacy.isPharmacy(id),
  };
}

function wire({ own }: UsersConfig, signer: TokenSigner, foundation: Foundation): UsersServices {
  const { config, db, audit, now } = foundation;
  const phones = identityProtection(foundation);
  const codes = new LoginCodeService(db, phones.index, smsSenderOf(own, config.mode), now);
  const sessions = wireSessions(foundation, signer);
  const care = new CareClient(foundation.clientOf('care'));
  const places = placesBy(foundation);
  const patients = wirePatients(foundation, care);
  const staff = wireStaff(foundation, own, places);
  return {
    ...patients,
    ...wirePatientLife(foundation, patients, care),
    ...wireObservations(foundation),
    ...wirePrivacy(foundation, codes, own),
    ...wireSearch(foundation, patients.patients),
    accounts: new AccountStore(db),
    doctors: new DoctorStore(db, now),
    ...staff,
    ownPatients: new OwnPatientService(patients.patients, staff.licenceStore),
    codes,
    ...sessions,
    ...wirePartyLogins(foundation, codes, sessions, partiesOf(own)),
    limiter: new LoginLimiter(new Counters(foundation.redis), own.LOGIN_LIMITS),
    phoneIndex: phones.index,
    roles: new RoleService(db, audit, places, now),
    logins: new LoginService(db, codes, sessions.sessions, new RegistrationService(phones, audit, now)),
  };
}

async function serve(): Promise<() => Promise<void>> {
  const config = loadUsersConfig(process.env);
  const signer = TokenSigner.fromFile(config.jwtPrivateKeyFile);
  const { stop } = await serveSubgraph(config, {
    database,
    schema: usersSchema,
    quotas: usersQuotas,
    services: (foundation) => wire(config, signer, foundation),
    authority: (services) => (sessionId, rotation) => authorityOf(services, sessionId, rotation),
    prepare: async ({ sessions, archiveStore, patients, licenceFiles }) => {
      // There the launcher has ended the processes of an earlier release before.
      if (config.mode === 'development') await archiveStore.sealOld();
      if (config.mode === 'development') await patients.indexOld();
      if (config.mode === 'development') {
        await licenceFiles.encryptOld().catch((error: unknown) => {
          // A file store that is away keeps nobody from starting: the next start, or the command, goes on with it.
          logger().warn({ err: error }, 'what an earlier release kept in clear is not all encrypted');
        });
      }
      if (config.mode === 'development' && config.demoFile)
        await writeDemoAccounts(config.demoFile, sessions);
    },
    routes: (app, { sessionEndings, licenceFiles, exportDownload }, admit) => {
      serveKeySet(app, signer);
      addEndedSessions(app, admit, sessionEndings);
      const keepers = { ldc: licenceFiles, exp: exportDownload };
      addFileRoutes(app, admit, config.routerSecret, fileServiceOf(keepers));
    },
    jobs: (services, jobs) => {
      jobs.every('session-purge', SessionPurge.everyMs, () => services.sessionPurge.run());
      staffJobs(services, jobs);
      observationJobs(services, jobs);
      addPrivacyJobs(services, jobs);
    },
  });
  const unfollow = signer.follow(config.jwtPrivateKeyFile);
  return async () => {
    unfollow();
    await stop();
  };
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadUsersConfig(process.env), database),
  seed: async () => {
    const config = loadUsersConfig(process.env);
    await withFoundation(config, database, (foundation) =>
      seed(foundation.db, identityProtection(foundation), {
        ...wirePatientStores(foundation),
        licenceStore: wireLicenceStore(foundation),
      }),
    );
  },
  'make-admin': async (args) => {
    await withFoundation(loadUsersConfig(process.env), database, async (foundation) => {
      const { audit, now } = foundation;
      const registration = new RegistrationService(identityProtection(foundation), audit, now);
      console.log(`ADMIN ${await makeAdmin(foundation, registration, args)}`);
    });
  },
  'seal-archives': async () => {
    await withFoundation(loadUsersConfig(process.env), database, async (foundation) => {
      console.log(`SEALED ${await wirePatientStores(foundation).archiveStore.sealOld()}`);
    });
  },
  'index-patients': async () => {
    await withFoundation(loadUsersConfig(process.env), database, async (foundation) => {
      console.log(`INDEXED ${await wirePatientStores(foundation).patients.indexOld()}`);
    });
  },
  'encrypt-files': async () => {
    const config = loadUsersConfig(process.env);
    await withFoundation(config, database, async (foundation) => {
      const { licenceFiles } = wireStaff(foundation, config.own, placesBy(foundation));
      console.log(`ENCRYPTED ${await licenceFiles.encryptOld()} files`);
    });
  },
  'rotate-signing-key': async (args) => {
    await withFoundation(loadUsersConfig(process.env), database, async (foundation) => {
      for (const line of await rotateSigningKey(foundation, args)) console.log(line);
    });
  },
  ...eventCommands(() => loadUsersConfig(process.env), database),
  ...backupCommands(
    () => loadUsersConfig(process.env),
    database,
    ({ own }) => ({
      store: fileStoreOf(own),
      prefixes: ['licence-document/', 'export/'],
    }),
  ),
  ...auditCommands(() => loadUsersConfig(process.env), database),
  'rotate-field-keys': (args) =>
    rotateFieldKeysCommand(
      loadUsersConfig(process.env),
      database,
      ({ config }) => sealedColumns(config),
      args,
    ),
});
