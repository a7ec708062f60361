import { stableId } from '../../shared/ids/ids.ts';
import { data } from './client.ts';
import { get, put } from './files.ts';
import { demoAccounts } from './platform.ts';

const consultationId = stableId('con', 'demo-consultation-03');
const tokenOf = (dir: string) => demoAccounts(dir).find(({ name }) => name === '张伟')?.token ?? '';

/** A demo patient uploads a PDF file to a consultation. @param dir the platform's data folder */
export async function uploadAttachment(url: string, dir: string, bytes: Buffer): Promise<void> {
  const token = tokenOf(dir);
  const input = { consultationId, fileName: 'a.pdf', contentType: 'application/pdf', size: bytes.length };
  const { requestUpload } = await data(
    'mutation ($input: RequestUploadInput!) { requestUpload(input: $input) { uploadUrl } }',
    { input: { ...input, idempotencyKey: 'one' } },
    { url, token },
  );
  const { uploadUrl } = requestUpload as { uploadUrl: string };
  const { status, code } = await put(uploadUrl, bytes, token, url);
  if (status !== 204) throw new Error(`the upload was answered with ${status} ${code}`);
}

/** Downloads the first file of that consultation. @returns its bytes */
export async function readAttachment(url: string, dir: string): Promise<Buffer> {
  const token = tokenOf(dir);
  const { consultation } = await data(
    'query ($id: ID!) { consultation(id: $id) { attachments { downloadUrl } } }',
    { id: consultationId },
    { url, token },
  );
  const [file] = (consultation as { attachments: { downloadUrl: string }[] }).attachments;
  return (await get(file?.downloadUrl ?? '', token, url)).bytes;
}
