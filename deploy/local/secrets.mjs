import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { SUBGRAPHS } from './environment.mjs';
import { SetupError } from './fail.mjs';

const SINGLE_KEYS = [
  'ADMIN_DB_PASSWORD',
  'REPLICATION_DB_PASSWORD',
  'SIGNING_PIN_KEY',
  'PAYMENT_CALLBACK_KEY',
  'INSURANCE_SECRET_KEY',
];
const SUBGRAPH_KEYS = ['DB_PASSWORD', 'DB_RO_PASSWORD', 'DB_DDL_PASSWORD', 'ROUTER_SECRET', 'SERVICE_KEY'];
const FILE_KEEPERS = ['USERS', 'CARE'];
/** Of what a subgraph keeps; what all share is of installations of before, whose data is under those keys. */
export const DATA_KEYS = ['FIELD_KEYS', 'BLIND_INDEX_KEY', 'AUDIT_KEY'];

/** One for all in installations of before; nothing that is kept was made with them. */
const SHARED_OF_BEFORE = ['FILE_URL_KEY', 'CURSOR_KEY'];

const hex = () => randomBytes(32).toString('hex');

/**
 * The secrets of a private installation, by the names of the environment: made once, readable by their owner alone.
 * Names that a later version adds are made then.
 * @param {string} dir @returns {Record<string, string>}
 */
export function loadSecrets(dir) {
  const file = `${dir}/secrets.json`;
  if (!existsSync(file) && existsSync(`${dir}/primary/ready`)) {
    throw new SetupError(
      'SECRETS_LOST',
      `${file} is gone, and with it the keys of the encrypted data in ${dir}`,
      'put the file back, or start from empty data: npm start -- --fresh',
    );
  }
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  /** @type {Record<string, string>} */
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const secrets = complete(kept);
  if (JSON.stringify(secrets) !== JSON.stringify(kept)) {
    writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 1), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  const pem = `${dir}/jwt.pem`;
  if (!existsSync(pem)) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(pem, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  return { ...secrets, JWT_PRIVATE_KEY_FILE: pem };
}

/** @param {Record<string, string>} kept @returns {Record<string, string>} */
function complete(kept) {
  const names = SUBGRAPHS.map((name) => name.toUpperCase());
  const own = DATA_KEYS.filter((key) => kept[key] === undefined);
  const keys = [
    ...SINGLE_KEYS,
    ...FILE_KEEPERS.map((name) => `${name}_FILE_URL_KEY`),
    ...names.flatMap((name) => [...SUBGRAPH_KEYS, ...own].map((key) => `${name}_${key}`)),
  ];
  /** @param {string} name */
  const made = (name) =>
    name.endsWith('FIELD_KEYS') ? JSON.stringify({ active: 'k1', keys: { k1: hex() } }) : hex();
  const secrets = { ...Object.fromEntries(keys.map((key) => [key, made(key)])), ...kept };
  for (const name of SHARED_OF_BEFORE) delete secrets[name];
  // Made anew each time: an installation of before has keys there by which each process could speak for every other.
  secrets.SERVICE_KEYS = JSON.stringify(
    pairKeys(
      Object.fromEntries(SUBGRAPHS.map((name) => [name, secrets[`${name.toUpperCase()}_SERVICE_KEY`] ?? ''])),
    ),
  );
  return secrets;
}

/**
 * A key for each two subgraphs, made of the keys of both. A process gets those that it shares with others, so that it can
 * speak for itself alone.
 * @param {Record<string, string>} keys of all @returns {Record<string, string>} by `care:users`, in the order of the alphabet
 */
export function pairKeys(keys) {
  const names = Object.keys(keys).sort();
  const pairs = names.flatMap((first, index) => names.slice(index + 1).map((second) => ({ first, second })));
  return Object.fromEntries(
    pairs.map(({ first, second }) => {
      const made = createHmac('sha256', Buffer.from(keys[first] ?? '', 'hex'))
        .update(`service\n${first}\n${second}\n`)
        .update(Buffer.from(keys[second] ?? '', 'hex'));
      return [`${first}:${second}`, made.digest('hex')];
    }),
  );
}
