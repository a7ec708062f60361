import { z } from 'zod';

const flag = z.enum(['true', 'false']).optional();

/** The variables of which operations are run, and of what a client is told of the schema. */
export const operationsVariables = {
  OPERATIONS: z.enum(['any', 'registered']).default('any'),
  OPERATIONS_FILE: z.string().optional(),
  INTROSPECTION: flag,
  SUGGESTIONS: flag,
};

export interface OperationsConfig {
  /** Whether only the operations of the manifest are run. */
  readonly onlyRegistered: boolean;
  /** Where the manifest is; undefined on a supergraph of strangers that has none. */
  readonly file: string | undefined;
  readonly introspection: boolean;
  /** Whether a mistake in a name is answered with names that are like it. */
  readonly suggestions: boolean;
}

const MANIFEST = 'schema/operations.json';

/** What {@link operationsVariables} say; introspection and suggestions are for development unless they are switched on. */
export function operationsConfig(
  given: z.infer<z.ZodObject<typeof operationsVariables>>,
  mode: { readonly isDevelopment: boolean; readonly isStandalone: boolean },
): OperationsConfig {
  const isOn = (value: string | undefined) => (value === undefined ? mode.isDevelopment : value === 'true');
  return {
    onlyRegistered: given.OPERATIONS === 'registered',
    file: given.OPERATIONS_FILE ?? (mode.isStandalone ? undefined : MANIFEST),
    introspection: isOn(given.INTROSPECTION),
    suggestions: isOn(given.SUGGESTIONS),
  };
}
