import { inject } from 'vitest';

/** The code of an error in the text of an answer. */
export function codeIn(text: string): string | undefined {
  return /"code":"(\w+)"/.exec(text)?.[1];
}

/** Uploads to an address that `requestUpload` gave. */
export async function put(path: string, bytes: Buffer, token?: string, url = inject('platformUrl')) {
  const response = await fetch(`${url}${path}`, {
    method: 'PUT',
    headers: { ...(token && { authorization: `Bearer ${token}` }) },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, code: codeIn(await response.text()) };
}

/** Downloads from the address of a file. */
export async function get(path: string, token?: string, url = inject('platformUrl')) {
  const response = await fetch(`${url}${path}`, {
    headers: { ...(token && { authorization: `Bearer ${token}` }) },
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, bytes, code: codeIn(bytes.toString()) };
}
