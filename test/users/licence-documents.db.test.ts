import { expect, test } from 'vitest';
import { stableId } from '../../shared/ids/ids.ts';
import { data, tokenOf } from '../testkit/client.ts';
import { get } from '../testkit/files.ts';
import { logInAnew } from '../testkit/login.ts';
import { allNodes } from '../testkit/pages.ts';
import { auditOf, replicaCaughtUp } from '../testkit/rows.ts';
import { mp3, png } from '../testkit/sample-files.ts';
import {
  admin,
  application,
  APPLY,
  codeOf,
  digits,
  keyed,
  LIST,
  MINE,
  UPLOAD,
  uploaded,
} from './licence-kit.ts';

test('the documents of an application are for its owner and its reviewers, and each look is on record', async () => {
  const login = await logInAnew();
  const token = login.accessToken;
  const id = await uploaded(token, png(20, 10), 'image/png');
  const made = await data(APPLY, keyed(application([id])), { token });
  const addressIn = (shown: unknown) => {
    const [address] = new RegExp(`/files/${id}[^"]+`).exec(JSON.stringify(shown)) ?? [];
    if (address === undefined) throw new Error(`${id} is not among what is shown`);
    return address;
  };
  const own = addressIn(await data(MINE, {}, { token }));
  const mine = await get(own, token);
  expect(mine).toMatchObject({ status: 200, bytes: png(20, 10) });
  expect(mine.headers.get('content-disposition')).toMatch(/^attachment;/);
  await replicaCaughtUp();
  const theirs = addressIn(await allNodes(LIST, {}, admin()));
  expect((await get(theirs, admin())).status).toBe(200);
  for (const [path, viewer] of [
    [own, tokenOf('李晓梅')],
    [theirs, token],
    [own, admin()],
    [own.replace('signature=', 'signature=0'), token],
  ] as const) {
    expect(await get(path, viewer)).toMatchObject({ status: 403, code: 'FILE_URL_INVALID' });
  }
  expect((await get(own)).code).toBe('UNAUTHENTICATED');
  const looks = (await auditOf(id)).filter(({ action }) => action === 'licence_document.read');
  expect(looks.map(({ actor }) => actor)).toEqual([login.accountId, stableId('acc', 'demo-admin-01')]);
  // Somebody else's document, and one of another licence, are as if they were not there.
  const stranger = await logInAnew();
  expect(await codeOf(APPLY, keyed(application([id])), stranger.accessToken)).toBe('NOT_FOUND');
  const pharmacist = { kind: 'PHARMACIST', title: 'PHARMACIST', departmentId: null };
  const place = { institutionId: stableId('pha', 'demo-pharmacy-01'), licenceNumber: digits(12) };
  expect(await codeOf(APPLY, keyed(application([id], { ...pharmacist, ...place })), token)).toBe('NOT_FOUND');
  const sound = { fileName: 'x.mp3', contentType: 'audio/mpeg', size: mp3.length };
  expect(await codeOf(UPLOAD, keyed(sound), token)).toBe('FILE_TYPE_REFUSED');
  expect(made.applyForLicence).toMatchObject({ status: 'SUBMITTED', documents: [{ id }] });
});
