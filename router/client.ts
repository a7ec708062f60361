import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import { type ClientInfo, type TerminalKind, TERMINALS } from '../shared/context/client-info.ts';

/** @param params what a socket's client told at its beginning instead of headers, names in lower case */
export type ClientReader = (request: IncomingMessage, params?: ReadonlyMap<string, unknown>) => ClientInfo;

/** Whether an address is that of a proxy of ours. @param trustedProxies addresses or networks */
export function proxyTest(trustedProxies: readonly string[]): (address: string) => boolean {
  const trust = proxyAddr.compile([...trustedProxies]);
  return (address) => trust(address, 0);
}

/** @param trustedProxies addresses or networks whose `x-forwarded-for` is believed */
export function clientReader(trustedProxies: readonly string[]): ClientReader {
  const trust = proxyAddr.compile([...trustedProxies]);
  return (request, params) => {
    const told = (name: string) => {
      const value = params?.get(name) ?? request.headers[name];
      return typeof value === 'string' ? value : '';
    };
    const deviceId = told('x-device-id');
    // Who has reset the connection by now has no address any more.
    const ip = proxyAddr(request, trust) as string | undefined;
    return {
      ip: ip ?? '',
      // It ends up in lists that people read.
      deviceId: /^[\w.:-]{8,64}$/.test(deviceId) ? deviceId : '',
      terminal: terminalOf(told('x-terminal')),
      userAgent: (request.headers['user-agent'] ?? '').replace(/[^\x20-\x7e]/g, '').slice(0, 256),
    };
  };
}

function terminalOf(text: string): TerminalKind {
  const upper = text.toUpperCase();
  return TERMINALS.find((each) => each === upper) ?? 'OTHER';
}
