import type { RowDataPacket } from 'mysql2/promise';
import { AuditSealer } from '../../shared/audit/audit-sealer.ts';
import { type AuditReport, verifyAudit } from '../../shared/audit/audit-verifier.ts';
import { Audit } from '../../shared/audit/audit.ts';
import type { Actor } from '../../shared/context/actor.ts';
import { newId } from '../../shared/ids/ids.ts';
import { scratchSubgraph } from './scratch.ts';

export const actor: Actor = { kind: 'account', accountId: newId('acc'), sessionId: 's', grants: [] };
export const change = { actor, action: 'thing.change', subjectType: 'thing', subjectId: 'thg_1' };

/** An audit of the test's own, which it may break, with nobody who chains it but the test. */
export async function openAuditChain() {
  let offsetMs = 0;
  const now = () => new Date(Date.now() + offsetMs);
  const scratch = await scratchSubgraph();
  const { db, redis, place, wake, schema, admin, close } = scratch;
  const audit = new Audit(db, place, wake, now);
  const sealer = new AuditSealer(db, redis, place, now);
  /** Makes so many changes, each with its entry. */
  const write = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      await db.transaction((tx) => audit.record(tx, { ...change, subjectId: newId('thg') }));
    }
  };
  return {
    scratch,
    audit,
    sealer,
    write,
    /** Steps the clock by which entries are made: so many ms ahead of the machine's. */
    step: (ms: number): void => {
      offsetMs = ms;
    },
    /** Makes so many changes and chains them. */
    seal: async (count: number): Promise<void> => {
      await write(count);
      await sealer.run();
    },
    verify: (): Promise<AuditReport> => verifyAudit(db, redis, place),
    /** Runs a statement as the administrator of the server; `AUDIT.` and `MAIN.` stand for the schemas. */
    asAdmin: (sql: string, values: unknown[] = []) =>
      admin.query<RowDataPacket[]>(
        sql.replaceAll('AUDIT.', `\`${place.schema}\`.`).replaceAll('MAIN.', `\`${schema}\`.`),
        values,
      ),
    close,
  };
}

export type AuditChain = Awaited<ReturnType<typeof openAuditChain>>;
