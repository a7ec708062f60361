import { spawnSync } from 'node:child_process';
import { expect, inject, test } from 'vitest';
import { codeFor, newPhone } from '../testkit/login.ts';
import { launcherEnvironment } from '../testkit/platform.ts';

function launch(...args: string[]) {
  const { port } = new URL(inject('platformUrl'));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['deploy/local/index.mjs', ...args], {
    env: launcherEnvironment(inject('platformDir'), Number(port)),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a login code is read by a command, of one number alone', async () => {
  const [phone, other] = [newPhone(), newPhone()];
  const [code, otherCode] = [await codeFor(phone), await codeFor(other)];
  const { status, stdout } = launch('sms', phone);
  expect(status).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(stdout).toContain(`验证码 ${code}`);
  const all = launch('sms').stdout;
  expect(all).toContain(code);
  expect(all).toContain(otherCode);
});

test('the audit chains of all subgraphs are checked by a command', () => {
  const { status, stdout, stderr } = launch('run', 'all', 'verify-audit');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  for (const name of ['users', 'care', 'pharmacy', 'stats']) {
    expect(stdout).toMatch(new RegExp(`^${name}: \\d+ sealed, \\d+ not sealed yet, 0 problems$`, 'm'));
  }
}, 90_000);

test.each([
  ['a subgraph that there is not', ['run', 'nobody', 'verify-audit']],
  ['no command', ['run', 'users']],
])('%s is refused', (_name, args) => {
  const { status, stderr } = launch(...args);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^USAGE: .*\nremedy: /m);
});
