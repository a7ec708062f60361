import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProviderCall {
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Reply {
  readonly status?: number;
  readonly body: object | string;
}

/** A server in the place of a provider of text messages. */
export interface ProviderServer {
  readonly endpoint: string;
  readonly calls: ProviderCall[];
  /** What it answers from now on; `silence` takes the message and never answers. */
  answer: Reply | 'silence';
  readonly close: () => Promise<void>;
}

/** What Aliyun answers to SendSms; a refusal of the message has the status 200 as well. */
export const aliyunSays = (code: string, status = 200): Reply => ({
  status,
  body: {
    Code: code,
    Message: code,
    RequestId: 'F655A8D5-B967-440B-8683-DAD6FF8DE990',
    ...(code === 'OK' && { BizId: '900619746936498440^0' }),
  },
});

/** What Tencent answers to SendSms about the one number of it. */
export const tencentSays = (code: string): Reply => ({
  body: {
    Response: {
      SendStatusSet: [
        {
          SerialNo: code === 'Ok' ? '5000:1045710669157053657849499619' : '',
          PhoneNumber: '+8613800000001',
          Fee: code === 'Ok' ? 1 : 0,
          SessionContext: '',
          Code: code,
          Message: code,
          IsoCode: 'CN',
        },
      ],
      RequestId: 'a0aabda6-cf91-4f3e-a81f-9198114a2279',
    },
  },
});

/** What Tencent answers when it does not get as far as the number. */
export const tencentRefuses = (code: string): Reply => ({
  body: {
    Response: { Error: { Code: code, Message: code }, RequestId: 'ed93f3cb-f35e-473f-b9f3-0d451b8b79c6' },
  },
});

export async function providerServer(first: Reply): Promise<ProviderServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { searchParams } = new URL(request.url ?? '/', 'http://provider');
      state.calls.push({
        query: searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      });
      if (state.answer !== 'silence') reply(response, state.answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const state: ProviderServer = {
    endpoint: `http://127.0.0.1:${port}`,
    calls: [],
    answer: first,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return state;
}

function reply(response: ServerResponse, { status = 200, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
