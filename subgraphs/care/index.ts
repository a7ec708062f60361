import { loadConfig } from '../../shared/config/config.ts';
import { runCommand } from '../../shared/subgraph/process.ts';
import type { Foundation } from '../../shared/foundation/foundation.ts';
import { verifyAuditCommand } from '../../shared/foundation/verify-audit.ts';
import { migrateSubgraph, serveSubgraph, withFoundation } from '../../shared/subgraph/serve.ts';
import { bookingJobs, wireBooking } from './appointment/booking.wiring.ts';
import { ChatService } from './consultation/chat.service.ts';
import { ConsultationStore } from './consultation/consultation.store.ts';
import type { CareServices } from './context.ts';
import { database } from './datasource.ts';
import { UsersClient } from './external/users.client.ts';
import { HospitalStore } from './hospital/hospital.store.ts';
import { PracticeStore } from './practice/practice.store.ts';
import { careSchema } from './schema.ts';
import { seed } from './seed/seed.ts';

process.env.YEY_SERVICE = 'care';

function wire(foundation: Foundation): CareServices {
  const { db, wake, now, clientOf } = foundation;
  const hospitals = new HospitalStore(db);
  const practices = new PracticeStore(db);
  const consultations = new ConsultationStore(db);
  const people = new UsersClient(clientOf('users'));
  return {
    hospitals,
    practices,
    consultations,
    chat: new ChatService(db, consultations, wake, now),
    ...wireBooking(foundation, { hospitals, practices, consultations, people }),
  };
}

async function serve(): Promise<() => Promise<void>> {
  const { stop } = await serveSubgraph(loadConfig('care', process.env), {
    database,
    schema: careSchema,
    services: wire,
    consumes: ({ payments }) => ({ pharmacy: payments.handlers }),
    jobs: bookingJobs,
  });
  return stop;
}

await runCommand({
  serve,
  migrate: () => migrateSubgraph(loadConfig('care', process.env), database),
  seed: () => withFoundation(loadConfig('care', process.env), database, ({ db, now }) => seed(db, now())),
  'verify-audit': () => verifyAuditCommand(loadConfig('care', process.env), database),
});
