import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalHash } from '../../shared/crypto/canonical-json.ts';
import { Clinic, codeOf, endings, PIN, someDoctor } from '../testkit/clinic.ts';
import { auditOf } from '../testkit/rows.ts';

let clinic: Clinic;
beforeAll(async () => {
  clinic = await Clinic.open();
});
afterAll(() => clinic.close());

const HASH = canonicalHash({ any: 'document' });

test('a signature verifies with the published key, and with nothing else', async () => {
  const { signer, signingKeyStore } = clinic.services;
  const doctor = await clinic.doctor();
  const signature = await signer.sign(doctor, PIN, HASH);
  const key = await signingKeyStore.find(signature.keyId);
  expect(key?.accountId).toBe(doctor.accountId);
  const holds = (hash: string, value: string) =>
    verify(
      null,
      Buffer.from(hash, 'hex'),
      createPublicKey(key?.publicKey ?? ''),
      Buffer.from(value, 'base64'),
    );
  expect(holds(HASH, signature.value)).toBe(true);
  const bytes = Buffer.from(signature.value, 'base64');
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  expect(holds(HASH, bytes.toString('base64'))).toBe(false);
  expect(holds(`${HASH[0] === '0' ? '1' : '0'}${HASH.slice(1)}`, signature.value)).toBe(false);
  expect(await signer.verify(signature, HASH)).toBe(true);
  expect(await signer.verify(signature, canonicalHash({ any: 'other' }))).toBe(false);
  const other = await signer.sign(await clinic.doctor(), PIN, HASH);
  expect(await signer.verify({ ...signature, keyId: other.keyId }, HASH)).toBe(false);
});

test('a retry answers with the key that is there; nobody has two keys', async () => {
  const { signingKeys } = clinic.services;
  const doctor = someDoctor();
  const input = { pin: PIN, idempotencyKey: randomUUID() };
  const made = await Promise.all([1, 2, 3, 4].map(() => signingKeys.create(doctor, input)));
  expect(new Set(made.map((key) => key.id)).size).toBe(1);
  expect(
    await endings(
      [1, 2, 3].map(() => signingKeys.create(doctor, { ...input, idempotencyKey: randomUUID() })),
    ),
  ).toEqual({
    SIGNING_KEY_EXISTS: 3,
  });
  const another = someDoctor();
  const race = [1, 2, 3].map(() => signingKeys.create(another, { pin: PIN, idempotencyKey: randomUUID() }));
  expect(await endings(race)).toEqual({ ok: 1, SIGNING_KEY_EXISTS: 2 });
  for (const pin of ['12345', '1234567890123', '12345a', '']) {
    const wrong = signingKeys.create(someDoctor(), { pin, idempotencyKey: randomUUID() });
    expect(await codeOf(wrong), pin).toBe('VALIDATION_FAILED');
  }
});

test('five wrong PINs lock for 15 minutes, however many come at once', async () => {
  const { signer } = clinic.services;
  const doctor = await clinic.doctor();
  expect(await endings(Array.from({ length: 12 }, () => signer.sign(doctor, '000000', HASH)))).toEqual({
    SIGNING_PIN_WRONG: 5,
    SIGNING_PIN_LOCKED: 7,
  });
  await expect(signer.sign(doctor, PIN, HASH)).rejects.toMatchObject({
    code: 'SIGNING_PIN_LOCKED',
    params: { minutes: 15 },
  });
  clinic.pass(14);
  expect(await codeOf(signer.sign(doctor, PIN, HASH))).toBe('SIGNING_PIN_LOCKED');
  clinic.pass(1);
  const { keyId } = await signer.sign(doctor, PIN, HASH);
  expect((await auditOf(keyId, 'yey_care_audit')).map((each) => each.action)).toEqual([
    'signing_key.create',
    ...Array.from({ length: 4 }, () => 'signing_key.wrong_pin'),
    'signing_key.lock',
  ]);
});

test('the right PIN forgets the wrong ones', async () => {
  const { signer } = clinic.services;
  const doctor = await clinic.doctor();
  for (let round = 0; round < 3; round += 1) {
    for (const left of [4, 3]) {
      await expect(signer.sign(doctor, '999999', HASH)).rejects.toMatchObject({
        code: 'SIGNING_PIN_WRONG',
        params: { left },
      });
    }
    await signer.sign(doctor, PIN, HASH);
  }
  expect(await codeOf(signer.sign(someDoctor(), PIN, HASH))).toBe('SIGNING_KEY_MISSING');
});

test('a key is replaced by who knows its PIN, or retired; what it signed stays valid', async () => {
  const { signer, signingKeys } = clinic.services;
  const doctor = await clinic.doctor();
  const old = await signer.sign(doctor, PIN, HASH);
  const input = { currentPin: '111111', newPin: '13579135', idempotencyKey: randomUUID() };
  expect(await codeOf(signingKeys.replace(doctor, input))).toBe('SIGNING_PIN_WRONG');
  const replace = () => signingKeys.replace(doctor, { ...input, currentPin: PIN });
  const next = await replace();
  expect((await replace()).id).toBe(next.id);
  expect(await codeOf(signer.sign(doctor, PIN, HASH))).toBe('SIGNING_PIN_WRONG');
  expect((await signer.sign(doctor, '13579135', HASH)).keyId).toBe(next.id);
  expect(await signer.verify(old, HASH)).toBe(true);
  const admin = someDoctor();
  const retired = await signingKeys.retire(admin, { keyId: next.id, idempotencyKey: randomUUID() });
  expect(retired.retiredAt).not.toBeNull();
  expect(await codeOf(signer.sign(doctor, '13579135', HASH))).toBe('SIGNING_KEY_MISSING');
});

test('the private half is nowhere without PIN and platform key', async () => {
  const { signingKeyStore } = clinic.services;
  const doctor = await clinic.doctor();
  const key = await signingKeyStore.findActive(doctor.accountId);
  const [row] = await clinic.rows<object>('SELECT * FROM signing_key WHERE id = ?', [key?.id]);
  expect(JSON.stringify(row)).not.toContain(PIN);
  // A PKCS8 key begins so.
  const box = Buffer.from(key?.sealedKey ?? '', 'base64url').toString('hex');
  expect(box).not.toContain('302e020100300506032b6570');
  const [kept] = await clinic.rows<{ body_hash: string }>(
    "SELECT body_hash FROM idempotency_key WHERE actor = ? AND operation = 'createSigningKey'",
    [doctor.accountId],
  );
  // The hash of a PIN could be guessed: it is the hash of nothing.
  expect(kept?.body_hash).toBe(canonicalHash({}));
});
