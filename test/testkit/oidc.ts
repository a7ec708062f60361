import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
}

/** A real provider of OpenID Connect, on a port of this machine. */
export async function startOidcProvider(port: number, client: Client): Promise<{ stop: () => void }> {
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [...client.redirectUris],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    pkce: { required: () => true },
    cookies: { keys: ['of-the-test'] },
  });
  const callback = provider.callback();
  const server = createServer((request, response) => void callback(request, response));
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return {
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A browser that goes through a login at the provider. @returns the address at which it comes back */
export async function walkThrough(authorizeUrl: string, person: string, back: string): Promise<string> {
  const cookies = new Map<string, string>();
  const visit = async (url: string, form?: Record<string, string>) => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await response.text();
    const location = response.headers.get('location');
    return { url: location === null ? undefined : new URL(location, url).href, text };
  };
  let at = authorizeUrl;
  for (let step = 0; step < 12; step += 1) {
    if (at.startsWith(back)) return at;
    let next = await visit(at);
    if (next.url === undefined && next.text.includes('value="login"')) {
      next = await visit(at, { prompt: 'login', login: person, password: 'any' });
    } else if (next.url === undefined && next.text.includes('value="consent"')) {
      next = await visit(at, { prompt: 'consent' });
    }
    if (next.url === undefined) throw new Error(`the provider does not go on from ${at}`);
    at = next.url;
  }
  throw new Error('the provider does not come to an end');
}
