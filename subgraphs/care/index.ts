import { loadConfig } from '../../shared/config/config.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { verifyAuditCommand } from '../../shared/foundation/verify-audit.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { AppointmentStore } from './appointment/appointment.store.ts';
import { PayableService } from './appointment/payable.service.ts';
import { ChatService } from './consultation/chat.service.ts';
import { ConsultationStore } from './consultation/consultation.store.ts';
import type { CareServices } from './context.ts';
import { database } from './datasource.ts';
import { HospitalStore } from './hospital/hospital.store.ts';
import { PracticeStore } from './practice/practice.store.ts';
import { careSchema } from './schema.ts';
import { seed } from './seed/seed.ts';

process.env.YEY_SERVICE = 'care';

function wire({ db, wake, now }: Foundation): CareServices {
  const consultations = new ConsultationStore(db);
  const hospitals = new HospitalStore(db);
  const appointments = new AppointmentStore(db);
  return {
    hospitals,
    practices: new PracticeStore(db),
    consultations,
    chat: new ChatService(db, consultations, wake, now),
    appointments,
    payables: new PayableService(appointments, hospitals, now),
  };
}

async function serve(): Promise<() => Promise<void>> {
  const { stop } = await serveSubgraph(loadConfig('care', process.env), {
    database,
    schema: careSchema,
    services: wire,
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadConfig('care', process.env), database),
  seed: () => withFoundation(loadConfig('care', process.env), database, ({ db }) => seed(db)),
  'verify-audit': () => verifyAuditCommand(loadConfig('care', process.env), database),
});
