import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { FieldCipher } from '../../shared/crypto/field-cipher.ts';
import { newId, stableId } from '../../shared/ids/ids.ts';
import { LocalFileStore } from '../../shared/storage/local-file-store.ts';
import { pdf } from '../testkit/sample-files.ts';

/** What is in the files, and must be in the store no more. */
const CLEAR = '病理报告：腺癌';
const content = Buffer.concat([pdf, Buffer.from(`% ${CLEAR}\n`)]);

export interface OldFiles {
  readonly attachmentId: string;
  readonly consultationId: string;
  readonly documentId: string;
  readonly content: Buffer;
}

/** Keeps files as release 0.1 did: in clear, under the hash of the content. @param dir the data folder, with its secrets */
export async function putOldFiles(connection: Connection, dir: string): Promise<OldFiles> {
  const secrets = JSON.parse(readFileSync(`${dir}/secrets.json`, 'utf8')) as { FIELD_KEYS: string };
  const ring = JSON.parse(secrets.FIELD_KEYS) as ConstructorParameters<typeof FieldCipher>[0];
  const cipher = new FieldCipher(ring);
  const store = new LocalFileStore(`${dir}/files`);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const keep = async (table: string, folder: string, id: string, row: object) => {
    const name = cipher.encrypt('报告.pdf', { table, column: 'file_name', rowId: id });
    const file = { content_type: 'application/pdf', size: content.length, sha256, status: 'STORED' };
    const times = { requested_at: new Date(), uploaded_at: new Date() };
    await connection.query(`INSERT INTO ?? SET ?`, [
      table === 'attachment' ? 'yey_care.attachment' : 'yey_users.licence_document',
      { id, file_name: name, ...file, ...times, ...row },
    ]);
    await store.put(`${folder}/${id}/${sha256}`, content);
    return id;
  };
  const [[talk]] = await connection.query<RowDataPacket[]>(
    `SELECT c.id, c.patient_account_id AS patient FROM yey_care.consultation c
     JOIN yey_care.chat_message m ON m.consultation_id = c.id LIMIT 1`,
  );
  const consultationId = String(talk?.id);
  return {
    consultationId,
    attachmentId: await keep('attachment', 'attachment', newId('att'), {
      consultation_id: consultationId,
      account_id: talk?.patient,
      uploaded_by: 'PATIENT',
      purpose: 'CHAT',
    }),
    documentId: await keep('licence_document', 'licence-document', newId('ldc'), {
      account_id: stableId('acc', 'demo-doctor-01'),
    }),
    content,
  };
}

/** The files of a store in which a content can be read. */
export function filesInClear(dir: string): string[] {
  return readdirSync(`${dir}/files`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${dir}/files/${name}`)
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(Buffer.from(CLEAR)));
}
