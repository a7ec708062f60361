import { backupCommands } from '../../shared/backup/commands.ts';
import { fileStoreOf } from '../../shared/storage/storage-config.ts';
import { addFileRoutes } from '../../shared/subgraph/file-routes.ts';
import { logger } from '../../shared/logging/logger.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import { eventCommands } from '../../shared/foundation/event-commands.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { rotateFieldKeysCommand } from '../../shared/foundation/rotate-field-keys.ts';
import { auditCommands } from '../../shared/foundation/audit-commands.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { bookingJobs, wireBooking } from './appointment/booking.wiring.ts';
import { wireAttachments } from './attachment/attachment.wiring.ts';
import { loadCareConfig } from './config.ts';
import { ConsentCheck } from './consent/consent-check.ts';
import { ChatService } from './consultation/chat.service.ts';
import { ChatMessageStore } from './consultation/chat-message.store.ts';
import { ConsultationStore } from './consultation/consultation.store.ts';
import type { CareServices } from './context.ts';
import { database } from './datasource.ts';
import { PharmacyClient } from './external/pharmacy.client.ts';
import { UsersClient } from './external/users.client.ts';
import { HospitalStore } from './hospital/hospital.store.ts';
import { PracticeStore } from './practice/practice.store.ts';
import { wirePersonalData } from './privacy/personal-data.ts';
import { sealedColumns } from './privacy/sealed-columns.ts';
import { RecordAccessStore } from './reading/record-access.store.ts';
import { wireClinical } from './record/clinical.wiring.ts';
import { careQuotas } from './quotas.ts';
import { careSchema } from './schema.ts';
import { loadReference } from './seed/reference.ts';
import { seed } from './seed/seed.ts';

process.env.YEY_SERVICE = 'care';

type CareConfig = ReturnType<typeof loadCareConfig>;

function wire(own: CareConfig['own'], foundation: Foundation): CareServices {
  const { config, db, cipher, wake, now, clientOf } = foundation;
  const hospitals = new HospitalStore(db);
  const practices = new PracticeStore(db);
  const consultations = new ConsultationStore(db);
  const chatMessages = new ChatMessageStore(db, cipher);
  const people = new UsersClient(clientOf('users'));
  const pharmacy = new PharmacyClient(clientOf('pharmacy'));
  const consents = new ConsentCheck(people);
  const booking = wireBooking(foundation, {
    hospitals,
    practices,
    consultations,
    people,
    consents,
    limits: own,
    payableClosings: pharmacy,
  });
  return {
    hospitals,
    practices,
    consultations,
    chatMessages,
    chat: new ChatService(db, consultations, chatMessages, consents, wake, now),
    recordAccesses: new RecordAccessStore(db, config.database.auditSchema),
    ...booking,
    ...wireClinical(foundation, {
      consultations,
      hospitals,
      departments: booking.departments,
      names: people,
      consents,
      drugs: pharmacy,
      signingPinKey: own.SIGNING_PIN_KEY,
    }),
    ...wireAttachments(foundation, consultations, consents, own),
    ...wirePersonalData(foundation),
  };
}

const consumes = ({ payments }: CareServices) => ({ pharmacy: payments.handlers });

async function serve(): Promise<() => Promise<void>> {
  const config = loadCareConfig(process.env);
  const { stop } = await serveSubgraph(config, {
    database,
    schema: careSchema,
    quotas: careQuotas,
    services: (foundation) => wire(config.own, foundation),
    consumes,
    prepare: async (services) => {
      // There the launcher has ended the processes of an earlier release before.
      if (config.mode === 'development') {
        await encryptConsultations(services).catch((error: unknown) => {
          // A file store that is away keeps nobody from starting: the next start, or the command, goes on with it.
          logger().warn({ err: error }, 'what an earlier release kept in clear is not all encrypted');
        });
      }
    },
    jobs: bookingJobs,
    routes: (app, { attachmentFiles }, admit) =>
      addFileRoutes(app, admit, config.routerSecret, attachmentFiles),
  });
  return stop;
}

/** Encrypts what an earlier release kept in clear. @returns how many messages and files were encrypted */
async function encryptConsultations({
  chatMessages,
  attachmentFiles,
}: Pick<CareServices, 'chatMessages' | 'attachmentFiles'>): Promise<string> {
  const messages = await chatMessages.encryptOld();
  return `${messages} messages, ${await attachmentFiles.encryptOld()} files`;
}

await runCommand({
  serve,
  'encrypt-consultations': async () => {
    const config = loadCareConfig(process.env);
    await withFoundation(config, database, async (foundation) => {
      console.log(`ENCRYPTED ${await encryptConsultations(wire(config.own, foundation))}`);
    });
  },
  migrate: () => migrateSubgraph(loadCareConfig(process.env), database),
  seed: () => withFoundation(loadCareConfig(process.env), database, ({ db, now }) => seed(db, now())),
  'load-reference': () =>
    withFoundation(loadCareConfig(process.env), database, ({ db }) => loadReference(db)),
  ...eventCommands(
    () => loadCareConfig(process.env),
    database,
    (foundation) => consumes(wire(loadCareConfig(process.env).own, foundation)),
  ),
  ...backupCommands(
    () => loadCareConfig(process.env),
    database,
    ({ own }) => ({
      store: fileStoreOf(own),
      prefixes: ['attachment/'],
    }),
  ),
  ...auditCommands(() => loadCareConfig(process.env), database),
  'rotate-field-keys': (args) =>
    rotateFieldKeysCommand(loadCareConfig(process.env), database, () => sealedColumns, args),
});
