import { canonical } from '../../../shared/crypto/canonical-json.ts';
import { NOTHING_KNOWN } from './archive.entity.ts';
import type { ArchiveEntry } from './archive-entry.entity.ts';
import { type ArchiveChange, ArchiveChangeKind, type ArchiveVersion } from './archive-history.types.ts';

/** The field of the archive that tells a fact, where it has another name. */
const FIELD_OF: Partial<Record<keyof typeof NOTHING_KNOWN, string>> = {
  pregnancyCountedFrom: 'pregnancyWeeks',
  creatinine: 'renalFunction',
  creatinineOn: 'renalFunction',
  liver: 'liverFunction',
};

/** What a version has otherwise than the one before it. @param entries all of them by the field that shows them */
export function changesIn(
  { archive, before, version }: ArchiveVersion,
  entries: ReadonlyMap<string, readonly ArchiveEntry[]>,
): ArchiveChange[] {
  const changes: ArchiveChange[] = [];
  for (const [field, each] of entries) {
    for (const entry of each) {
      const { id: entryId, endReason } = entry;
      const what = { field, entryId, name: nameOf(entry) };
      if (entry.endedVersion === version)
        changes.push({ ...what, kind: ArchiveChangeKind.ENDED, reason: endReason });
      if (entry.recordedVersion === version)
        changes.push({ ...what, kind: ArchiveChangeKind.RECORDED, reason: null });
    }
  }
  const was = before ?? NOTHING_KNOWN;
  const facts = Object.keys(NOTHING_KNOWN) as (keyof typeof NOTHING_KNOWN)[];
  const updated = facts.filter((fact) => canonical(archive[fact]) !== canonical(was[fact]));
  for (const field of new Set(updated.map((fact) => FIELD_OF[fact] ?? fact))) {
    changes.push({ kind: ArchiveChangeKind.UPDATED, field, entryId: null, name: null, reason: null });
  }
  return changes;
}

/** What people read of an entry. */
function nameOf(entry: ArchiveEntry): string | null {
  if ('name' in entry) return String(entry.name);
  const coded = 'vaccine' in entry ? entry.vaccine : 'condition' in entry ? entry.condition : null;
  return (coded as { display: string } | null)?.display ?? null;
}
