import { verifyAudit } from '../audit/audit-verifier.ts';
import type { SubgraphConfig } from '../config/config.ts';
import type { DatabaseParts } from '../db/data-source.ts';
import { auditPlaceOf, layFoundation } from './foundation.ts';

/** Walks a subgraph's audit chain, prints what it found, and exits non-zero when something is wrong with it. */
export async function verifyAuditCommand(config: SubgraphConfig, database: DatabaseParts): Promise<void> {
  const { foundation, close } = await layFoundation(config, database);
  try {
    const { sealed, unsealed, problems } = await verifyAudit(
      foundation.db,
      foundation.redis,
      auditPlaceOf(config),
    );
    for (const problem of problems) console.error(`AUDIT_BROKEN: ${config.name}: ${problem}`);
    console.log(`${config.name}: ${sealed} sealed, ${unsealed} not sealed yet, ${problems.length} problems`);
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    await close();
  }
}
