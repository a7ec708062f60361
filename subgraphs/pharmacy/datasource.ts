import type { DatabaseParts } from '../../shared/db/data-source.ts';

export const database: DatabaseParts = { entities: [], migrations: [] };
