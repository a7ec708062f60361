/** Whose data: an account and the people for whom it speaks. */
export interface DataSubject {
  readonly accountId: string;
  readonly patientIds: readonly string[];
}

/** A table that holds something of persons, and which of its rows are a person's. */
export interface PersonalSource {
  /** Its name in an export. */
  readonly name: string;
  /** What it is, for the person who reads the export. */
  readonly about: string;
  readonly table: string;
  /** In the schema of what may only be inserted and read. */
  readonly isAppendOnly?: true;
  /** SQL over the table; `:account` is an identifier, `:patients` a list of them for `IN`. */
  readonly where: string;
  /** A sealed column of JSON whose fields stand in the place of those of the row, and of itself. */
  readonly spread?: string;
  /** Columns that say nothing of the person, or would harm: fingerprints, keys, drafts of others. */
  readonly hidden?: readonly string[];
}

/** The condition of a source with its values filled in as parameters. */
export function conditionOf(where: string, { accountId, patientIds }: DataSubject): [string, unknown[]] {
  const values: unknown[] = [];
  const sql = where.replace(/:(account|patients)\b/g, (_, name: string) => {
    // A list of nobody is no SQL; an identifier that nothing has stands for it.
    values.push(name === 'account' ? accountId : patientIds.length === 0 ? [''] : patientIds);
    return name === 'account' ? '?' : '(?)';
  });
  return [sql, values];
}
