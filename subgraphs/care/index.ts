import { addFileRoutes } from '../../shared/subgraph/file-routes.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import type { StorageValues } from '../../shared/storage/storage-config.ts';
import { verifyAuditCommand } from '../../shared/foundation/verify-audit.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { wireAttachments } from './attachment/attachment.wiring.ts';
import { loadCareConfig } from './config.ts';
import { ChatService } from './consultation/chat.service.ts';
import { ConsultationStore } from './consultation/consultation.store.ts';
import type { CareServices } from './context.ts';
import { database } from './datasource.ts';
import { HospitalStore } from './hospital/hospital.store.ts';
import { PracticeStore } from './practice/practice.store.ts';
import { careSchema } from './schema.ts';
import { seed } from './seed/seed.ts';

process.env.YEY_SERVICE = 'care';

function wire(foundation: Foundation, storage: StorageValues): CareServices {
  const { db, wake, now } = foundation;
  const consultations = new ConsultationStore(db);
  return {
    hospitals: new HospitalStore(db),
    practices: new PracticeStore(db),
    consultations,
    chat: new ChatService(db, consultations, wake, now),
    ...wireAttachments(foundation, consultations, storage),
  };
}

async function serve(): Promise<() => Promise<void>> {
  const config = loadCareConfig(process.env);
  const { stop } = await serveSubgraph(config, {
    database,
    schema: careSchema,
    services: (foundation) => wire(foundation, config.own),
    routes: (app, { attachmentFiles }, admit) =>
      addFileRoutes(app, admit, config.routerSecret, attachmentFiles),
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadCareConfig(process.env), database),
  seed: () => withFoundation(loadCareConfig(process.env), database, ({ db }) => seed(db)),
  'verify-audit': () => verifyAuditCommand(loadCareConfig(process.env), database),
});
