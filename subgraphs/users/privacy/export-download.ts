import { Readable } from 'node:stream';
import type { Audit } from '../../../shared/audit/audit.ts';
import { AppError } from '../../../shared/errors/app-error.ts';
import { parseId } from '../../../shared/ids/ids.ts';
import type { FileUrls } from '../../../shared/storage/file-url.ts';
import type { FileCall, FileService, ServedFile } from '../../../shared/subgraph/file-routes.ts';
import { type DataExport, ExportFormat, ExportStatus } from './data-export.entity.ts';
import type { ExportFiles } from './export-files.ts';
import type { ExportService } from './export.service.ts';

const SUFFIXES = { [ExportFormat.JSON]: '-json', [ExportFormat.FHIR_R4]: '-fhir' } as const;
const TYPES = {
  [ExportFormat.JSON]: 'application/json',
  [ExportFormat.FHIR_R4]: 'application/fhir+json',
} as const;

/** Downloads of exports, at addresses that work for five minutes and for the owner alone. */
export class ExportDownload implements FileService {
  readonly #exports: ExportService;
  readonly #files: ExportFiles;
  readonly #urls: FileUrls;
  readonly #audit: Audit;

  constructor(exports: ExportService, files: ExportFiles, urls: FileUrls, audit: Audit) {
    this.#exports = exports;
    this.#files = files;
    this.#urls = urls;
    this.#audit = audit;
  }

  /** Path below the address of the router; null while there is nothing to download. */
  urlOf({ id, accountId, status }: DataExport, format: ExportFormat): string | null {
    if (status !== ExportStatus.READY) return null;
    return this.#urls.sign('GET', `${id}${SUFFIXES[format]}`, accountId).path;
  }

  /** @throws AppError NOT_FOUND, since nobody uploads an export */
  async upload(): Promise<void> {
    throw missing();
  }

  /** @throws AppError UNAUTHENTICATED, BAD_ID, FILE_URL_INVALID, NOT_FOUND, UNAVAILABLE */
  async download({ actor, id, query }: FileCall): Promise<ServedFile> {
    if (actor.kind !== 'account') throw new AppError('UNAUTHENTICATED');
    const format = Object.values(ExportFormat).find((each) => id.endsWith(SUFFIXES[each]));
    if (format === undefined) throw missing();
    const exportId = parseId('exp', id.slice(0, -SUFFIXES[format].length));
    this.#urls.verify('GET', id, actor.accountId, query);
    const found = await this.#exports.find(exportId);
    if (found?.accountId !== actor.accountId || found.status !== ExportStatus.READY) throw missing();
    await this.#audit.read(actor, 'data_export.download', 'DataExport', [exportId]);
    const text = await this.#files.get(exportId, this.#exports.keyOf(found), format);
    const bytes = Buffer.from(text);
    const stream = Readable.from([bytes]);
    return { stream, size: bytes.length, name: `yuneyang${SUFFIXES[format]}.json`, type: TYPES[format] };
  }
}

function missing(): AppError {
  return new AppError('NOT_FOUND', { what: 'DataExport' });
}
