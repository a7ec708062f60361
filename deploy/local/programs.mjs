import { accessSync, constants } from 'node:fs';

/**
 * The first of the named programs that is here; servers often stand in folders outside a user's PATH.
 * @param {string[]} names @param {string[]} [before] folders to look into first @returns {string | undefined}
 */
export function find(names, before = []) {
  const folders = [
    ...before,
    ...(process.env.PATH ?? '').split(':'),
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/libexec',
  ];
  for (const name of names) {
    for (const folder of folders) if (folder && isProgram(`${folder}/${name}`)) return `${folder}/${name}`;
  }
  return undefined;
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
