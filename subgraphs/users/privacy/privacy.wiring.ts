import { BlindIndex } from '../../../shared/crypto/blind-index.ts';
import type { Foundation } from '../../../shared/foundation/foundation.ts';
import type { Jobs } from '../../../shared/jobs/jobs.ts';
import { PersonalCollector } from '../../../shared/privacy/personal-collector.ts';
import { FileUrls } from '../../../shared/storage/file-url.ts';
import { fileStoreOf, type StorageValues } from '../../../shared/storage/storage-config.ts';
import { CareClient } from '../external/care.client.ts';
import { PharmacyClient } from '../external/pharmacy.client.ts';
import type { LoginCodeService } from '../login/login-code.service.ts';
import { ErasureJob } from './erasure-job.ts';
import { ErasureService } from './erasure.service.ts';
import { ExportDownload } from './export-download.ts';
import { ExportFiles } from './export-files.ts';
import { ExportMaker } from './export-maker.ts';
import { ExportService } from './export.service.ts';
import { sources } from './personal-data.ts';
import { sealedColumns } from './sealed-columns.ts';

const EXPORTS_MS = 2000;
const HOUR_MS = 3_600_000;
const ERASURES_MS = 60_000;

interface PrivacyConfig extends StorageValues {
  readonly ERASURE_COOLING_DAYS: number;
}

export interface PrivacyServices {
  readonly exports: ExportService;
  readonly exportDownload: ExportDownload;
  readonly erasures: ErasureService;
  readonly erasureJob: ErasureJob;
}

export function wirePrivacy(
  { config, db, cipher, audit, outbox, now, clientOf }: Foundation,
  codes: LoginCodeService,
  own: PrivacyConfig,
): PrivacyServices {
  const collector = new PersonalCollector({
    db,
    cipher,
    auditSchema: config.database.auditSchema,
    sealed: sealedColumns(config),
    sources: sources.filter(({ isHidden }) => !isHidden),
  });
  const others = {
    care: new CareClient(clientOf('care')),
    pharmacy: new PharmacyClient(clientOf('pharmacy')),
  };
  const store = fileStoreOf(own);
  const files = new ExportFiles(store);
  const maker = new ExportMaker(db, collector, others, now);
  const exports = new ExportService({ db, cipher, audit, files, maker, now });
  const phones = new BlindIndex(config.blindIndexKey, 'phone');
  const coolingDays = own.ERASURE_COOLING_DAYS;
  return {
    exports,
    exportDownload: new ExportDownload(exports, files, new FileUrls(own.FILE_URL_KEY, now), audit),
    erasures: new ErasureService({ db, audit, cipher, codes, coolingDays, now }),
    erasureJob: new ErasureJob({ db, audit, outbox, cipher, phones, files: store, sources, now }),
  };
}

export function addPrivacyJobs({ exports, erasureJob }: PrivacyServices, jobs: Jobs): void {
  jobs.every('exports', EXPORTS_MS, () => exports.makeDue());
  jobs.every('old exports', HOUR_MS, () => exports.expire());
  jobs.every('erasures', ERASURES_MS, () => erasureJob.runDue());
}
