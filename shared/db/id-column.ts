/** The column of an identifier, `<type>_<ULID>`: 40 characters at most, compared byte by byte. */
export const idColumn = { type: 'varchar', length: 40, charset: 'ascii', collation: 'ascii_bin' } as const;
