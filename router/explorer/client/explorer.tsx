import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { type DocumentNode, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { useEffect, useMemo, useState } from 'react';
import { examples } from './examples.ts';
import 'graphiql/style.css';
import './page.css';

interface Account {
  readonly role: string;
  readonly name: string;
  readonly token: string;
}

const DEMO_CONSULTATION =
  document.querySelector<HTMLMetaElement>('meta[name="demo-consultation"]')?.content ?? '';

const tabs = examples.map(({ query, variables }) => ({
  query,
  ...(variables && { variables: variables.replaceAll('DEMO_CONSULTATION', DEMO_CONSULTATION) }),
}));

function fetcherFor(token: string) {
  const authorization = token && `Bearer ${token}`;
  const socket = new URL('/graphql', location.href);
  socket.protocol = socket.protocol.replace('http', 'ws');
  const fetcher = createGraphiQLFetcher({
    url: '/graphql',
    headers: { 'accept-language': navigator.language, ...(authorization && { authorization }) },
    wsClient: createClient({
      url: socket.href,
      connectionParams: { 'accept-language': navigator.language, ...(authorization && { authorization }) },
    }),
  });
  // The editor names the operation some time after a change of tab; the document itself is always right.
  const current: Fetcher = (params, options) => {
    const document = parseOrNothing(params.query);
    const named = document?.definitions.flatMap((each) =>
      'operation' in each ? (each.name?.value ?? '') : [],
    );
    const operationName = named?.length === 1 ? named[0] || undefined : params.operationName;
    return fetcher({ ...params, operationName }, { ...options, ...(document && { documentAST: document }) });
  };
  return current;
}

function parseOrNothing(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    return undefined;
  }
}

export function Explorer() {
  const [accounts, setAccounts] = useState<Account[]>([]);
  const [chosen, setChosen] = useState('');
  useEffect(() => {
    fetch('/explorer/accounts')
      .then(async (response) => (response.ok ? ((await response.json()) as Account[]) : []))
      .then(setAccounts, () => setAccounts([]));
  }, []);
  const token = accounts.find(({ name }) => name === chosen)?.token ?? '';
  const fetcher = useMemo(() => fetcherFor(token), [token]);
  return (
    <>
      <header>
        <strong>云E养</strong> GraphQL explorer
        {accounts.length > 0 && (
          <label>
            {' '}
            signed in as{' '}
            <select aria-label="account" value={chosen} onChange={(event) => setChosen(event.target.value)}>
              <option value="">nobody</option>
              {accounts.map(({ role, name }) => (
                <option key={name} value={name}>
                  {name} · {role}
                </option>
              ))}
            </select>
          </label>
        )}
      </header>
      <main>
        <GraphiQL fetcher={fetcher} defaultTabs={tabs} shouldPersistHeaders={false} />
      </main>
    </>
  );
}
