import { SUBGRAPHS } from './environment.mjs';

export const ADMIN = 'yey_admin';

/** @param {string} text */
const quoted = (text) => `'${text.replace(/['\\]/g, '\\$&')}'`;

/** @param {string} user @param {string} password */
const account = (user, password) => [
  `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY ${quoted(password)}`,
  `ALTER USER '${user}'@'%' IDENTIFIED BY ${quoted(password)}`,
];

/** The schema names of a subgraph. @param {Record<string, string | undefined>} env @param {string} name */
function schemas(env, name) {
  const upper = name.toUpperCase();
  return [env[`${upper}_SCHEMA`] ?? `yey_${name}`, env[`${upper}_AUDIT_SCHEMA`] ?? `yey_${name}_audit`];
}

/**
 * The SQL that makes the accounts of the subgraphs; it may run any number of times.
 * @param {Record<string, string | undefined>} env passwords, by the names of the environment @returns {string[]}
 */
export function accountsSql(env) {
  return SUBGRAPHS.flatMap((name) => {
    const password = (/** @type {string} */ key) => env[`${name.toUpperCase()}_${key}`] ?? '';
    return [
      ...account(`yey_${name}`, password('DB_PASSWORD')),
      ...account(`yey_${name}_ro`, password('DB_RO_PASSWORD')),
      ...account(`yey_${name}_ddl`, password('DB_DDL_PASSWORD')),
    ];
  });
}

/**
 * The SQL that makes the schemas and grants each account the least it needs.
 * @param {Record<string, string | undefined>} env schema names, if not the usual ones
 * @param {string[]} [names] the subgraphs @returns {string[]}
 */
export function schemasSql(env, names = SUBGRAPHS) {
  return names.flatMap((name) => {
    const [schema, audit] = schemas(env, name);
    const create = 'CREATE DATABASE IF NOT EXISTS';
    return [
      `${create} \`${schema}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`,
      `${create} \`${audit}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON \`${schema}\`.* TO 'yey_${name}'@'%'`,
      `GRANT SELECT, INSERT ON \`${audit}\`.* TO 'yey_${name}'@'%'`,
      `GRANT SELECT ON \`${schema}\`.* TO 'yey_${name}_ro'@'%'`,
      `GRANT SELECT ON \`${audit}\`.* TO 'yey_${name}_ro'@'%'`,
      `GRANT ALL ON \`${schema}\`.* TO 'yey_${name}_ddl'@'%'`,
      `GRANT ALL ON \`${audit}\`.* TO 'yey_${name}_ddl'@'%'`,
    ];
  });
}

/**
 * A connection; mysql2 comes from node_modules, which is not there yet when the launcher begins.
 * @param {{host?: string, port: number, user: string, password: string}} where
 */
export async function connectTo({ host = '127.0.0.1', port, user, password }) {
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection({ host, port, user, password, connectTimeout: 5000 });
  // A server that ends between two statements is told of by the next one.
  connection.on('error', () => undefined);
  return connection;
}

/**
 * Runs statements as the administrator of a private server.
 * @param {number} port @param {string} password @param {string[]} statements
 */
export async function execute(port, password, statements) {
  const admin = await connectTo({ port, user: ADMIN, password });
  try {
    for (const statement of statements) await admin.query(statement);
  } finally {
    await admin.end();
  }
}

/** Whether a private server accepts its administrator. @param {number} port @param {string} password */
export async function acceptsAdmin(port, password) {
  try {
    await execute(port, password, ['DO 0']);
    return true;
  } catch {
    return false;
  }
}
