import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { artefacts } from './artefacts.ts';
import { undeclaredBreaks } from './breaking.ts';

const read = (name: string) => (existsSync(`schema/${name}`) ? readFileSync(`schema/${name}`, 'utf8') : '');

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}

/** The commit that this work began from: where it left the main branch, or the last commit of that branch itself. */
function mergeBase(): string | undefined {
  for (const branch of ['origin/main', 'main']) {
    const base = git('merge-base', 'HEAD', branch);
    if (base !== undefined) return base;
  }
  return git('rev-parse', 'HEAD');
}

async function main(): Promise<number> {
  const generated = await artefacts();
  const drifted = Object.entries(generated).filter(([name, text]) => read(name) !== text);
  for (const [name] of drifted)
    console.error(`SCHEMA_DRIFT: schema/${name} is not what the code says; run npm run schema`);
  const base = mergeBase();
  const before = base === undefined ? undefined : git('show', `${base}:schema/api.graphql`);
  const breaks = before ? undeclaredBreaks(before, generated['api.graphql'] ?? '', read('breaking.md')) : [];
  for (const each of breaks) console.error(`SCHEMA_BREAKING: ${each} (announce it in schema/breaking.md)`);
  return drifted.length + breaks.length === 0 ? 0 : 1;
}

process.exitCode = await main();
