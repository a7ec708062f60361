/** What makes the outside world of a development machine: sandboxes, and accounts that everybody knows. */
const DEVELOPMENT_ONLY = ['DEMO_FILE', 'SANDBOX_URL', 'SANDBOX_PORT'];

/** What production refuses to run with, each problem with the name of its variable. */
export function productionProblems(env: Readonly<Record<string, string | undefined>>): string[] {
  if (env.YEY_MODE !== 'production') return [];
  return DEVELOPMENT_ONLY.filter((name) => env[name]).map((name) => `${name}: is for development only`);
}
