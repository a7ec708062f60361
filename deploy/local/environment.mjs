/** The subgraphs. */
export const SUBGRAPHS = ['users', 'care', 'pharmacy', 'stats'];

/** The apps that the sandbox's WeChat knows; nobody else does, so their secrets are none. */
export const SANDBOX_WECHAT_APPS = JSON.stringify(
  Object.fromEntries(
    ['MINI_PROGRAM', 'WEB_QR', 'IN_APP', 'NATIVE_APP'].map((channel) => [
      channel,
      { appId: `wx_sandbox_${channel.toLowerCase()}`, secret: `of-the-sandbox-${channel.toLowerCase()}` },
    ]),
  ),
);

/** The primary database of a subgraph. @param {Record<string, string>} env @param {string} name */
export const databaseOf = (env, name) => env[`${name.toUpperCase()}_DATABASE_URL`] || env.DATABASE_URL || '';

/** The Redis servers that the services use. @param {Record<string, string>} env */
export function redisServers(env) {
  const keys = ['REDIS_STATE_URL', 'REDIS_CACHE_URL'];
  const own = SUBGRAPHS.flatMap((name) => keys.map((key) => `${name.toUpperCase()}_${key}`));
  return [...keys, ...own].flatMap((key) => (env[key] ? [{ key, url: env[key] }] : []));
}

/**
 * The variables of the whole platform, of which each process gets its own alone (`process-environment.mjs`).
 * @param {{secrets: Record<string, string>, dir: string, ports: Record<string, number>, routerPort: number,
 *   databaseUrl: string, replicaUrls: string, redisUrl: string, isProduction: boolean}} place
 * @returns {Record<string, string>}
 */
export function serviceEnvironment(place) {
  const { secrets, dir, ports, routerPort, databaseUrl, replicaUrls, redisUrl, isProduction } = place;
  /** @type {Record<string, string>} */
  const env = {
    NODE_ENV: isProduction ? 'production' : 'development',
    YEY_MODE: isProduction ? 'production' : 'development',
    LOG_LEVEL: 'info',
    ...secrets,
    PORT: String(routerPort),
    DATABASE_URL: databaseUrl,
    DATABASE_REPLICA_URLS: replicaUrls,
    REDIS_STATE_URL: redisUrl,
    REDIS_CACHE_URL: redisUrl,
    FILES_DIR: `${dir}/files`,
    ...(!isProduction && { DEMO_FILE: `${dir}/demo.json` }),
    SQL_LOG_DIR: `${dir}/logs`,
    // What stands in front of a router on this machine is its owner's.
    ...(!isProduction && { TRUSTED_PROXIES: '127.0.0.1,::1' }),
    // A demo has few patients.
    ...(!isProduction && { STATS_MIN_PATIENTS: '1' }),
  };
  for (const name of SUBGRAPHS) {
    env[`${name.toUpperCase()}_PORT`] = String(ports[name]);
    env[`${name.toUpperCase()}_URL`] = `http://127.0.0.1:${ports[name]}/graphql`;
  }
  if (ports.sandbox) {
    env.SANDBOX_PORT = String(ports.sandbox);
    env.SANDBOX_URL = `http://127.0.0.1:${ports.sandbox}`;
    env.SANDBOX_FILE = `${dir}/sandbox.json`;
    env.WECHAT_APPS = SANDBOX_WECHAT_APPS;
    env.WECHAT_REDIRECT_URIS = `http://127.0.0.1:${routerPort}/`;
    env.WECHAT_API_URL = `${env.SANDBOX_URL}/wechat`;
    env.WECHAT_OPEN_URL = env.WECHAT_API_URL;
    env.PAYMENT_CALLBACK_URL = `http://127.0.0.1:${routerPort}/callbacks/payments`;
  }
  return env;
}
