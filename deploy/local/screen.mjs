import { existsSync, readFileSync } from 'node:fs';

/** @typedef {{role: string, name: string, phone: string, token?: string, note?: string}} DemoAccount */

/** @param {string} file @returns {DemoAccount[]} */
function demoAccounts(file) {
  try {
    const rows = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
    return Array.isArray(rows) ? rows : [];
  } catch {
    return [];
  }
}

/** @param {DemoAccount} account */
function describe({ role, name, phone, token, note }) {
  return [
    `    ${role.padEnd(11)}${name}  ${phone}${note ? `  (${note})` : ''}`,
    ...(token ? [`      token ${token}`] : []),
  ];
}

/**
 * What a person sees when everything runs.
 * @param {{url: string, sandboxUrl?: string, demoFile: string}} what @param {string} logDir
 */
export function screen({ url, sandboxUrl, demoFile }, logDir) {
  const accounts = demoAccounts(demoFile);
  const first = new Map(accounts.toReversed().map((account) => [account.role, account]));
  const shown = [...new Set(accounts.map((account) => account.role))].flatMap(
    (role) => first.get(role) ?? [],
  );
  return [
    '',
    '云E养 is running',
    '',
    `  Explorer       ${url}/`,
    `  GraphQL        ${url}/graphql`,
    `  Subscriptions  ${url.replace('http', 'ws')}/graphql  (graphql-transport-ws)`,
    ...(sandboxUrl ? [`  SMS inbox      ${sandboxUrl}/  (text messages arrive here)`] : []),
    ...(shown.length > 0 ? ['', '  Demo accounts', ...shown.flatMap(describe)] : []),
    '',
    shown.some((account) => account.token)
      ? '  Log in         send "Authorization: Bearer <token>", or choose an account in the explorer'
      : '  Log in         ask for a code by SMS in the explorer, then exchange it for a token',
    sandboxUrl ? '                 or log in by SMS: the code appears in the SMS inbox above' : '',
    '  Try first      open the explorer and run its example operations, one tab after the other',
    '  Stop           Ctrl-C here, or npm start -- stop',
    `  Logs           ${logDir}/`,
    '',
  ]
    .filter((line, index, lines) => line !== '' || lines[index - 1] !== '')
    .join('\n');
}
