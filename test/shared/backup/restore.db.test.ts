import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ownSchema, type OwnSchema } from '../../testkit/own-schema.ts';

let own: OwnSchema;
let folder: string;
beforeAll(async () => {
  own = await ownSchema('stats');
  folder = mkdtempSync(`${tmpdir()}/yey-restore-`);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await own.drop();
});

/** With a Redis database of its own: the head of an audit chain stands there by the name of the subgraph. */
const run = (...args: string[]) =>
  own.run(args, { REDIS_STATE_URL: (own.env.REDIS_STATE_URL ?? '').replace(/\/0$/, '/5'), STATS_PORT: '0' });

/** Makes the last statement before the migrations one that fails, under a digest that is right. */
function breakDump(copy: string): void {
  const file = `${copy}/stats/data.sql.gz`;
  const lines = gunzipSync(readFileSync(file)).toString().split('\n');
  const at = lines.findIndex((line) => line.startsWith('CREATE TABLE `schema_migration`'));
  lines.splice(at, 0, 'INSERT INTO nowhere VALUES (1)');
  writeFileSync(file, gzipSync(lines.join('\n')));
  const manifest = JSON.parse(readFileSync(`${copy}/stats/manifest.json`, 'utf8')) as {
    data: { sha256: string };
  };
  manifest.data.sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  writeFileSync(`${copy}/stats/manifest.json`, JSON.stringify(manifest));
}

test('a restore that broke off is served by nobody until it has come to its end', async () => {
  const ok = expect.objectContaining({ code: 0 }) as object;
  expect(await run('backup', `${folder}/good`)).toEqual(ok);
  cpSync(`${folder}/good`, `${folder}/broken`, { recursive: true });
  breakDump(`${folder}/broken`);
  expect((await run('restore', `${folder}/broken`, '--replace')).code).toBe(1);
  // Also when somebody makes the rest of the schema.
  await run('migrate');
  const served = await run('serve');
  expect(served.output).toMatch(/^RESTORE_UNFINISHED: /m);
  expect(served.code).toBe(1);
  expect(await run('restore', `${folder}/good`, '--replace')).toEqual(ok);
  const { code, output } = await run('verify-audit');
  expect(output).toContain(' 0 problems');
  expect(code).toBe(0);
}, 60_000);
