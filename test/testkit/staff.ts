import { randomInt, randomUUID } from 'node:crypto';
import { ask, data, tokenOf } from './client.ts';
import { put } from './files.ts';
import { type Login, logInAnew } from './login.ts';
import { until } from './platform.ts';
import { pdf } from './sample-files.ts';

const UPLOAD = `mutation ($input: RequestLicenceUploadInput!) {
  requestLicenceUpload(input: $input) { uploadUrl document { id } }
}`;
const APPLY = 'mutation ($input: ApplyForLicenceInput!) { applyForLicence(input: $input) { id version } }';
const REVIEW = 'mutation ($input: ReviewLicenceInput!) { reviewLicence(input: $input) { id version } }';
const SUSPEND = 'mutation ($input: SuspendLicenceInput!) { suspendLicence(input: $input) { id version } }';

interface Made {
  readonly id: string;
  readonly version: number;
}

/** Where somebody is licensed, and as whom. */
export interface Employment {
  /** A hospital makes a doctor, a pharmacy a pharmacist. */
  readonly institutionId: string;
  readonly departmentId?: string | null;
  readonly name?: string;
}

const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('');
const keyed = (input: object) => ({ input: { ...input, idempotencyKey: randomUUID() } });

/**
 * Makes somebody a doctor or a pharmacist as anybody becomes one: by an application, approved by an administrator.
 * @returns the licence
 */
export async function employ(
  { accessToken: token }: Pick<Login, 'accessToken'>,
  { institutionId, departmentId = null, name = '钱同仁' }: Employment,
): Promise<Made> {
  const file = { fileName: '执业证.pdf', contentType: 'application/pdf', size: pdf.length };
  const { requestLicenceUpload } = await data(UPLOAD, keyed(file), { token });
  const { uploadUrl, document } = requestLicenceUpload as { uploadUrl: string; document: { id: string } };
  const stored = await put(uploadUrl, pdf, token);
  if (stored.status !== 204) throw new Error(`the document was not stored: ${stored.status}`);
  const isPharmacist = institutionId.startsWith('pha_');
  const numbers = isPharmacist
    ? { kind: 'PHARMACIST', licenceNumber: digits(12), qualificationNumber: `ZG${digits(8)}` }
    : { kind: 'DOCTOR', licenceNumber: `1101${digits(11)}`, qualificationNumber: `20101111${digits(19)}` };
  const application = {
    ...numbers,
    name,
    title: isPharmacist ? 'PHARMACIST' : 'ATTENDING',
    institutionId,
    departmentId,
    specialties: '',
    documentIds: [document.id],
  };
  const { applyForLicence } = await data(APPLY, keyed(application), { token });
  const { id: licenceId, version: expectedVersion } = applyForLicence as Made;
  const decision = keyed({ licenceId, expectedVersion, decision: 'APPROVE' });
  return (await data(REVIEW, decision, { token: tokenOf('郑管理') })).reviewLicence as Made;
}

/** Takes the effect of a licence away. */
export async function suspend({ id: licenceId, version: expectedVersion }: Made): Promise<Made> {
  const input = keyed({ licenceId, expectedVersion, reason: '测试' });
  return (await data(SUSPEND, input, { token: tokenOf('郑管理') })).suspendLicence as Made;
}

/** Employs a pharmacist, and waits until that is known everywhere. @returns an access token */
export async function pharmacistAt(pharmacyId: string): Promise<string> {
  const { accessToken: token } = await logInAnew();
  await employ({ accessToken: token }, { institutionId: pharmacyId });
  const query = 'query ($id: ID!) { warehouses(pharmacyId: $id) { name } }';
  await until(async () => (await ask(query, { id: pharmacyId }, { token })).errors.length === 0);
  return token;
}
