import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '../shared/errors/app-error.ts';
import type { OperationsConfig } from './operations-config.ts';

/** The format of Apollo's tools, so that what they make of a client's operations can be registered as it is. */
const manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), name: z.string(), type: z.string(), body: z.string() })),
});

export interface RegisteredOperation {
  readonly source: string;
  readonly operationName: string | undefined;
}

/** The operations that were registered beforehand, by the SHA-256 of their text. */
export class RegisteredOperations {
  readonly #onlyRegistered: boolean;
  readonly #operations = new Map<string, RegisteredOperation>();

  private constructor(onlyRegistered: boolean) {
    this.#onlyRegistered = onlyRegistered;
  }

  /** Reads the manifest. @throws AppError CONFIG_INVALID when it can't be read or is not one */
  static load({
    file,
    onlyRegistered,
  }: Pick<OperationsConfig, 'file' | 'onlyRegistered'>): RegisteredOperations {
    const made = new RegisteredOperations(onlyRegistered);
    if (file === undefined) return made;
    for (const { id, name, body } of operationsIn(file)) {
      if (hashOf(body) !== id) throw invalid(`${file}: the id of ${name} is not the SHA-256 of its body`);
      made.#operations.set(id, { source: body, operationName: name || undefined });
    }
    return made;
  }

  has(hash: string): boolean {
    return this.#operations.has(hash);
  }

  sourceOf(hash: string): string | undefined {
    return this.#operations.get(hash)?.source;
  }

  operations(): Iterable<RegisteredOperation> {
    return this.#operations.values();
  }

  /** @throws AppError OPERATION_NOT_ALLOWED for a text that is not registered where only those are run */
  admit(source: string): void {
    if (this.#onlyRegistered && !this.has(hashOf(source))) throw new AppError('OPERATION_NOT_ALLOWED');
  }

  /** Whether clients may have operations stored under their hash. */
  get isOpen(): boolean {
    return !this.#onlyRegistered;
  }
}

function operationsIn(file: string): z.infer<typeof manifest>['operations'] {
  try {
    return manifest.parse(JSON.parse(readFileSync(file, 'utf8'))).operations;
  } catch (error) {
    throw invalid(`${file}: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`);
  }
}

function invalid(problem: string): AppError {
  return new AppError('CONFIG_INVALID', { problems: `OPERATIONS_FILE: ${problem}` });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
