import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue, isErrorCode } from './catalogue.ts';

/** Prints the page of an error code (`npm run explain CODE`); without a code, all codes with their messages. */
function main(wanted: string | undefined): number {
  if (wanted === undefined) {
    for (const [code, entry] of Object.entries(catalogue)) console.log(`${code.padEnd(28)} ${entry.en}`);
    return 0;
  }
  const page = fileURLToPath(new URL(`./pages/${wanted}.md`, import.meta.url));
  if (!isErrorCode(wanted) || !existsSync(page)) {
    console.error(`There is no error code ${wanted}; \`npm run explain\` lists all.`);
    return 1;
  }
  console.log(readFileSync(page, 'utf8'));
  return 0;
}

process.exitCode = main(process.argv[2]);
