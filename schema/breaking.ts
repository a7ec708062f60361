import { buildSchema, findBreakingChanges } from 'graphql';

/** What breaks clients between two API schemas and is not announced word for word by a line of `announced`. */
export function undeclaredBreaks(before: string, after: string, announced: string): string[] {
  const lines = new Set(announced.split('\n').map((line) => line.replace(/^[-*]\s*/, '').trim()));
  return findBreakingChanges(buildSchema(before), buildSchema(after))
    .map((change) => change.description)
    .filter((description) => !lines.has(description));
}
