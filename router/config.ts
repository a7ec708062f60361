import { readFileSync } from 'node:fs';
import proxyAddr from '@fastify/proxy-addr';
import { z } from 'zod';
import { productionProblems } from '../shared/config/production.ts';
import { AppError } from '../shared/errors/app-error.ts';
import { type ConnectionConfig, connectionVariables } from './connections-config.ts';
import { type CostLimits, costLimits, costVariables } from './cost/cost-config.ts';
import { liveSettings } from './live-config.ts';
import { type OperationsConfig, operationsConfig, operationsVariables } from './operations-config.ts';
import { type PlanningLimits, planningLimits, planningVariables } from './planning/planning-config.ts';
import { type RateLimitConfig, rateLimitVariables } from './rate-limit-config.ts';

export interface SubgraphTarget {
  /** Address of its GraphQL over HTTP. */
  readonly url: string;
  /** Signs the calls to it; undefined for a supergraph of strangers. */
  readonly secret: string | undefined;
  /** How long it may take to answer, ms. */
  readonly deadlineMs: number;
}

export interface RouterConfig {
  readonly port: number;
  readonly isDevelopment: boolean;
  readonly supergraphFile: string;
  /** True on any supergraph that is not ours: addresses from the file, no signing, no readiness of subgraphs. */
  readonly isStandalone: boolean;
  /** Web addresses that may use the router from a browser; its own is always among them. */
  readonly origins: string[];
  readonly demoFile: string | undefined;
  /** How long a subscription waits for a subgraph that is gone, ms. */
  readonly resumeForMs: number;
  /** Addresses or networks of the proxies whose `x-forwarded-for` is believed. */
  readonly trustedProxies: string[];
  readonly subgraphs: ReadonlyMap<string, SubgraphTarget>;
  /** Where the keys are that verify access tokens; undefined when standalone. */
  readonly jwksUrl: string | undefined;
  readonly connections: ConnectionConfig;
  /** What one operation may ask for. */
  readonly limits: CostLimits;
  readonly planning: PlanningLimits;
  readonly operations: OperationsConfig;
  readonly rateLimits: RateLimitConfig;
  /** Where callers are counted together with other routers; undefined for one that counts alone. */
  readonly redisUrl: string | undefined;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function areNetworks(text: string): boolean {
  try {
    proxyAddr.compile(listOf(text));
    return true;
  } catch {
    return false;
  }
}

const milliseconds = z.coerce.number().int().min(1).max(600_000);
const basic = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(4000),
  YEY_MODE: z.enum(['development', 'production']).default('development'),
  CORS_ORIGINS: z.string().default(''),
  TRUSTED_PROXIES: z.string().default('').refine(areNetworks, 'must be IP addresses or networks'),
  DEMO_FILE: z.string().optional(),
  SUBGRAPH_DEADLINE_MS: milliseconds.default(15_000),
  ...connectionVariables,
  ...costVariables,
  ...planningVariables,
  ...operationsVariables,
  ...rateLimitVariables,
});
const address = z.string().regex(/^https?:\/\/\S+$/, 'must be an http:// address');
const secret = z.string().regex(/^[0-9a-f]{64}$/, 'must be 32 bytes in hexadecimal');

/**
 * What the router reads from its environment.
 * @param names of the subgraphs; strangers bring addresses of their own and share no secret.
 */
export function routerSchema(names: readonly string[], isStandalone: boolean) {
  const ofSubgraphs: Record<string, z.ZodType<string | number | undefined>> = {};
  for (const name of names) {
    const prefix = prefixOf(name);
    ofSubgraphs[`${prefix}_DEADLINE_MS`] = milliseconds.optional();
    if (isStandalone) continue;
    ofSubgraphs[`${prefix}_URL`] = address;
    ofSubgraphs[`${prefix}_ROUTER_SECRET`] = secret;
  }
  return z.object({ ...basic.shape, ...liveSettings, ...ofSubgraphs });
}

/**
 * Reads and validates the router's environment and arguments.
 * @param args `--supergraph FILE` runs it alone on that supergraph.
 * @throws AppError CONFIG_INVALID naming every variable at fault
 */
export function loadRouterConfig(env: NodeJS.ProcessEnv, args: string[]): RouterConfig {
  const at = args.indexOf('--supergraph');
  const isStandalone = at >= 0;
  const supergraphFile = (isStandalone ? args[at + 1] : undefined) ?? 'schema/supergraph.graphql';
  const sdl = readSupergraph(supergraphFile);
  const graphs = graphsOf(sdl);
  const schema = routerSchema(
    graphs.map(({ name }) => name),
    isStandalone,
  );
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  const refused = productionProblems(present);
  if (!result.success || refused.length > 0) {
    const issues = result.error?.issues ?? [];
    const problems = [...issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`), ...refused];
    throw new AppError('CONFIG_INVALID', { problems: problems.join('; ') });
  }
  const { PORT, YEY_MODE, CORS_ORIGINS, TRUSTED_PROXIES, DEMO_FILE, SUBGRAPH_DEADLINE_MS } = result.data;
  const given = new Map(Object.entries<unknown>(result.data));
  const text = (key: string) => String(given.get(key));
  const isDevelopment = YEY_MODE === 'development';
  return {
    port: PORT,
    isDevelopment,
    supergraphFile,
    isStandalone,
    origins: listOf(CORS_ORIGINS),
    trustedProxies: listOf(TRUSTED_PROXIES),
    demoFile: DEMO_FILE,
    connections: result.data,
    limits: costLimits(result.data),
    resumeForMs: result.data.SUBSCRIPTION_RESUME_MS,
    planning: planningLimits(result.data),
    operations: operationsConfig(result.data, { isDevelopment, isStandalone }),
    rateLimits: result.data.RATE_LIMITS,
    redisUrl: result.data.ROUTER_REDIS_URL ?? result.data.REDIS_CACHE_URL ?? result.data.REDIS_STATE_URL,
    jwksUrl: isStandalone ? undefined : new URL('/jwks.json', text('USERS_URL')).href,
    subgraphs: new Map(
      graphs.map(({ name, url }) => {
        const prefix = prefixOf(name);
        const deadlineMs = Number(given.get(`${prefix}_DEADLINE_MS`) ?? SUBGRAPH_DEADLINE_MS);
        const target = isStandalone
          ? { url, secret: undefined, deadlineMs }
          : { url: text(`${prefix}_URL`), secret: text(`${prefix}_ROUTER_SECRET`), deadlineMs };
        return [name, target];
      }),
    ),
  };
}

/** What the variables of a subgraph begin with; strangers have names that no variable may have. */
function prefixOf(name: string): string {
  return name.toUpperCase().replace(/\W/g, '_');
}

function readSupergraph(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new AppError('CONFIG_INVALID', { problems: `--supergraph: ${file} cannot be read` });
  }
}

/** The subgraphs that a supergraph names in its join__Graph enum. */
function graphsOf(sdl: string): { name: string; url: string }[] {
  const matches = sdl.matchAll(/@join__graph\(name:\s*"([^"]+)",\s*url:\s*"([^"]*)"\)/g);
  return Array.from(matches, ([, name = '', url = '']) => ({ name, url }));
}
