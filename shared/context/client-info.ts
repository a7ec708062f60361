import { z } from 'zod';

/** Kinds of terminals; `WEB` is a browser, `OTHER` one that does not say what it is. */
export const TERMINALS = ['WEB', 'IOS', 'ANDROID', 'MINI_PROGRAM', 'OTHER'] as const;

export type TerminalKind = (typeof TERMINALS)[number];

/** From where a call comes, as the router saw it. Only `ip` is not the caller's own word. */
export interface ClientInfo {
  /** IPv4 or IPv6; empty when no router told it. */
  readonly ip: string;
  /** What the client calls its device, `x-device-id`; empty when it has none. */
  readonly deviceId: string;
  readonly terminal: TerminalKind;
  readonly userAgent: string;
}

export const unknownClient: ClientInfo = { ip: '', deviceId: '', terminal: 'OTHER', userAgent: '' };

const clientInfo = z.object({
  ip: z.string().max(64),
  deviceId: z.string().max(64),
  terminal: z.enum(TERMINALS),
  userAgent: z.string().max(256),
});

/** The form in which it travels in a header. */
export function encodeClient(client: ClientInfo): string {
  return Buffer.from(JSON.stringify(client)).toString('base64url');
}

/** The reverse; what cannot be read is an unknown client. */
export function decodeClient(text: string): ClientInfo {
  try {
    return clientInfo.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    return unknownClient;
  }
}
