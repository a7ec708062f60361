import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fastify } from 'fastify';
import jwt from 'jsonwebtoken';
import { expect, inject, test } from 'vitest';
import { Authenticator } from '../../shared/auth/authenticator.ts';
import { withFoundation } from '../../shared/subgraph/serve.ts';
import { loadUsersConfig } from '../../subgraphs/users/config.ts';
import { database } from '../../subgraphs/users/datasource.ts';
import { serveKeySet } from '../../subgraphs/users/token/jwks.ts';
import { rotateSigningKey } from '../../subgraphs/users/token/rotate-signing-key.ts';
import { TokenSigner } from '../../subgraphs/users/token/token-signer.ts';
import { data, tokenOf } from '../testkit/client.ts';
import { type Login, logInAnew } from '../testkit/login.ts';
import { benchEnvironment, environmentOf, launcherEnvironment, until } from '../testkit/platform.ts';
import { auditOf } from '../testkit/rows.ts';

const ME = '{ me { id } }';
const REFRESH = `mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken accountId } }`;

/** A command beside the running platform, as an operator gives it. */
async function launch(...args: string[]): Promise<{ code: number | null; output: string }> {
  const port = Number(new URL(inject('platformUrl')).port);
  const child = spawn(process.execPath, ['deploy/local/index.mjs', ...args], {
    env: launcherEnvironment(inject('platformDir'), port),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (each) => (output += String(each)));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output };
}

const kidOf = (token: string) => jwt.decode(token, { complete: true })?.header.kid;

test('the signing key is changed while people work, and nobody notices', async () => {
  const before = tokenOf('李晓梅');
  const seen = new Set<string | undefined>();
  const failures: unknown[] = [];
  const over = new AbortController();
  const work = async () => {
    let login: Login = await logInAnew();
    while (!over.signal.aborted) {
      try {
        await data(ME, {}, { token: login.accessToken });
        await data('{ departments { id } }', {}, { token: login.accessToken });
        const input = { refreshToken: login.refreshToken };
        login = (await data(REFRESH, { input })).refreshSession as Login;
        seen.add(kidOf(login.accessToken));
      } catch (error) {
        failures.push(error);
        return;
      }
    }
  };
  const people = Array.from({ length: 4 }, work);
  try {
    await until(() => seen.size > 0 || failures.length > 0, 20_000);
    const rotated = await launch('run', 'users', 'rotate-signing-key', '--lead', '2');
    expect(rotated).toMatchObject({ code: 0 });
    expect(rotated.output).toMatch(/^\S{16} NEXT .*\n\S{16} SIGNING .* until /m);
    await until(() => seen.size >= 2 || failures.length > 0, 15_000);
    await delay(500);
  } finally {
    over.abort();
    await Promise.all(people);
  }
  expect(failures).toEqual([]);
  const { keys } = (await (
    await fetch(new URL('/jwks.json', environmentOf(inject('platformDir')).USERS_URL))
  ).json()) as { keys: { kid: string }[] };
  const shown = keys.map((each) => each.kid);
  for (const kid of [...seen, kidOf(before)]) expect(shown).toContain(kid);
  expect(await data(ME, {}, { token: before })).toMatchObject({ me: { id: expect.any(String) as string } });
}, 60_000);

test('what stands at /jwks.json may be kept for a while that is shorter than the lead', async () => {
  const answer = await fetch(new URL('/jwks.json', environmentOf(inject('platformDir')).USERS_URL));
  expect(answer.headers.get('cache-control')).toBe('public, max-age=30');
  expect(answer.headers.get('content-type')).toContain('application/jwk-set+json');
});

test('a compromised key is taken away: its tokens are refused at once where the new key is seen', async () => {
  const dir = mkdtempSync(`${tmpdir()}/yey-revoke-`);
  const file = `${dir}/jwt.pem`;
  copyFileSync(`${inject('platformDir')}/jwt.pem`, file);
  const config = { ...loadUsersConfig(benchEnvironment(inject('platformDir'))), jwtPrivateKeyFile: file };
  const signer = TokenSigner.fromFile(file);
  const unfollow = signer.follow(file);
  const users = fastify();
  serveKeySet(users, signer);
  const address = await users.listen({ port: 0, host: '127.0.0.1' });
  const authenticator = new Authenticator(`${address}/jwks.json`);
  const verify = (token: string) => authenticator.verify(`Bearer ${token}`);
  const sign = () => TokenSigner.fromFile(file).sign('acc_1', 'ses_1', 60);
  try {
    await withFoundation(config, database, async (foundation) => {
      const stolen = sign();
      await verify(stolen);
      const command = (...args: string[]) => rotateSigningKey(foundation, args);
      for (const wrong of [['--lead', 'soon'], ['--lead', '-1'], ['now'], ['--revoke']]) {
        await expect(command(...wrong)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
      }
      await expect(command('--revoke', 'A'.repeat(16))).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(verify(stolen)).resolves.toBeDefined();
      const [line = ''] = await command('--revoke', 'current');
      expect(line).toMatch(new RegExp(`^${kidOf(sign())} SIGNING `));
      await until(() => verify(sign()).then(() => true));
      await expect(verify(stolen)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      expect((await command('--list')).join('\n')).not.toContain(kidOf(stolen));
      expect((await auditOf(kidOf(stolen) ?? '')).at(-1)).toEqual({
        actor: 'service:rotate-signing-key',
        action: 'signing-key.revoke',
      });
    });
  } finally {
    unfollow();
    await users.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
