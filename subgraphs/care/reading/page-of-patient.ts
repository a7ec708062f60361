import type { GraphqlContext } from '../../../shared/context/graphql-context.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import { connectionOf, cursorOf, pageSize } from '../../../shared/pagination/connection.ts';
import type { PageArgs } from '../../../shared/pagination/page-args.ts';
import type { AuditedReader, Readable } from './audited-reader.ts';
import type { PatientPages } from './patient-pages.ts';

interface Source<T extends Readable> {
  readonly pages: PatientPages;
  readonly reading: AuditedReader<T>;
  /** Type of the ids. */
  readonly type: string;
}

/** A page of a patient's documents, opened for the caller. @throws AppError VALIDATION_FAILED, BAD_CURSOR */
export async function pageOfPatient<T extends Readable>(
  context: GraphqlContext,
  patientId: string,
  page: PageArgs,
  { pages, reading, type }: Source<T>,
) {
  const after = cursorOf(page.after, (text) => parseId(type, text));
  const size = pageSize(page.first);
  const ids = await pages.idsOf(context, { patientId, after, limit: size + 1 });
  const found = await Promise.all(ids.slice(0, size).map((id) => reading.find(context, id)));
  const shown = found.filter((document) => document !== null);
  // Whether more follow is told by the ids: what was hidden a moment ago makes the page shorter, not the last one.
  const { pageInfo } = connectionOf(
    ids.map((id) => ({ id })),
    size,
    ({ id }) => id,
  );
  return { edges: connectionOf(shown, size, ({ id }) => id).edges, pageInfo };
}
