import type { Connection } from 'mysql2/promise';

/** Makes an empty schema and its audit schema, with the rights that a subgraph has on its own. */
export async function makeSchemas(admin: Connection, subgraph: string, schema: string): Promise<void> {
  const user = `yey_${subgraph}`;
  for (const name of [schema, `${schema}_audit`]) {
    await admin.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`);
    await admin.query(`GRANT ALL ON \`${name}\`.* TO '${user}_ddl'@'%'`);
    await admin.query(`GRANT SELECT ON \`${name}\`.* TO '${user}_ro'@'%'`);
  }
  await admin.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON \`${schema}\`.* TO '${user}'@'%'`);
  await admin.query(`GRANT SELECT, INSERT ON \`${schema}_audit\`.* TO '${user}'@'%'`);
}

export async function dropSchemas(admin: Connection, schema: string): Promise<void> {
  for (const name of [schema, `${schema}_audit`]) await admin.query(`DROP DATABASE \`${name}\``);
}
