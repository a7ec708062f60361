import { writeFileSync } from 'node:fs';
import { artefacts } from './artefacts.ts';

// Run by `npm run schema`, from the root of the repository.
for (const [name, text] of Object.entries(await artefacts())) writeFileSync(`schema/${name}`, text);
