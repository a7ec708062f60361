import { AuditRechainer } from '../audit/audit-rechainer.ts';
import { AuditSealer } from '../audit/audit-sealer.ts';
import { verifyAudit } from '../audit/audit-verifier.ts';
import type { SubgraphConfig } from '../config/config.ts';
import type { DatabaseParts } from '../db/data-source.ts';
import { auditPlaceOf, type Foundation, layFoundation } from './foundation.ts';

/**
 * The commands by which operators look after a subgraph's audit: `verify-audit` walks its chain, `rechain-audit` has
 * entries chained that the sealer has passed over. Both run beside the subgraph.
 */
export function auditCommands(
  configOf: () => SubgraphConfig,
  database: DatabaseParts,
): Record<string, () => Promise<void>> {
  const command = (work: (foundation: Foundation) => Promise<void>) => async () => {
    const { foundation, close } = await layFoundation(configOf(), database);
    try {
      await work(foundation);
    } finally {
      await close();
    }
  };
  return { 'verify-audit': command(verify), 'rechain-audit': command(rechain) };
}

/** Walks the chain, prints what it found, and exits non-zero when something is wrong with it. */
async function verify({ config, db, redis }: Foundation): Promise<void> {
  const { sealed, unsealed, problems } = await verifyAudit(db, redis, auditPlaceOf(config));
  for (const problem of problems) console.error(`AUDIT_BROKEN: ${config.name}: ${problem}`);
  console.log(`${config.name}: ${sealed} sealed, ${unsealed} not sealed yet, ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}

/** Prints each entry that it queues: whoever made it up would have it chained now. */
async function rechain({ config, db, redis, audit, now }: Foundation): Promise<void> {
  const place = auditPlaceOf(config);
  let count = 0;
  for await (const missed of new AuditRechainer(db, place, audit).run()) {
    count += missed.length;
    for (const { n, id, at, actor, action } of missed) {
      console.log(`  ${n} ${id} ${at.toISOString()} ${action} by ${actor}`);
    }
  }
  // Also where no process of the subgraph runs.
  await new AuditSealer(db, redis, place, now).run();
  console.log(`${config.name}: ${count} queued for chaining`);
}
