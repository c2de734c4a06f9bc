import { createHash, randomUUID } from 'node:crypto';
import { endOfHead } from '../between/head.js';
import type { Mutant } from '../mutant.js';
import { SERVICE_IDS_OF_ANY } from './service-ids.js';

const TOKEN = 'access-token';
const CLIENT_TOKEN = 'client-token';
const SUBPROTOCOL = 'sec-websocket-protocol';

/** What a service answers to a key (RFC 6455, 1.3). */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** Clients that get the handshake wrong. */
export const HANDSHAKE: readonly Mutant[] = [
  {
    id: 'other-path',
    breaks: 'asks for /tunnels',
    rules: ['H1'],
    hooks: () => ({ request: (head) => head.edit('/tunnel', '/tunnels') }),
  },
  {
    id: 'no-mode',
    breaks: 'sends no local-proxy-mode',
    rules: ['H2'],
    hooks: () => ({ request: (head) => head.edit(/\?\S*/, '') }),
  },
  {
    id: 'mode-unknown',
    breaks: 'sends local-proxy-mode=client',
    rules: ['H2'],
    hooks: () => ({ request: (head) => head.edit(/mode=\w+/, 'mode=client') }),
  },
  {
    id: 'mode-of-other-side',
    breaks: 'connects in the mode of the other side',
    rules: ['H4'],
    hooks: ({ role }) => ({
      request: (head) => {
        const other = role === 'source' ? 'destination' : 'source';
        head.edit(/mode=\w+/, `mode=${other}`);
      },
    }),
  },
  {
    id: 'no-token',
    breaks: 'sends no access token',
    rules: ['H3'],
    hooks: () => ({ request: (head) => head.set(TOKEN, undefined) }),
  },
  {
    id: 'token-twice',
    breaks: 'sends the access token as header and as cookie',
    rules: ['H3'],
    hooks: () => ({
      request: (head) => head.add('Cookie', `awsiot-tunnel-token=${head.get(TOKEN)}`),
    }),
  },
  {
    id: 'token-in-query',
    breaks: 'sends the access token in the query, as two public clients do',
    rules: ['H3'],
    hooks: () => ({
      request: (head) => {
        head.edit(' HTTP', `&access-token=${head.get(TOKEN)} HTTP`);
        head.set(TOKEN, undefined);
      },
    }),
  },
  {
    id: 'token-cut',
    breaks: 'cuts the access token at 512 characters',
    rules: ['H3'],
    hooks: () => ({ request: (head) => head.set(TOKEN, head.get(TOKEN)!.slice(0, 512)) }),
  },
  {
    id: 'request-too-long',
    breaks: 'sends a request over 4096 bytes',
    rules: ['H5'],
    hooks: () => ({ request: (head) => head.add('Cookie', `session=${'x'.repeat(4000)}`) }),
  },
  {
    id: 'no-subprotocol',
    breaks: 'offers no subprotocol, and needs none answered',
    rules: ['H6'],
    versions: ['V1'],
    hooks: () => {
      let offered: string | undefined;
      return {
        request: (head) => {
          offered = head.get(SUBPROTOCOL);
          head.set(SUBPROTOCOL, undefined);
        },
        response: (head) => head.set(SUBPROTOCOL, offered),
      };
    },
  },
  {
    id: 'subprotocol-misspelt',
    breaks: 'offers aws.iot.securedtunneling-1.0, as a public browser client does',
    rules: ['H6'],
    versions: ['V1'],
    hooks: () => ({
      request: (head) => head.set(SUBPROTOCOL, 'aws.iot.securedtunneling-1.0'),
      response: (head) => head.set(SUBPROTOCOL, 'aws.iot.securetunneling-1.0'),
    }),
  },
  {
    id: 'answered-version-ignored',
    breaks: 'offers 1.0 too, and speaks another version when that is answered',
    rules: ['H6'],
    roles: ['source'],
    hooks: (wire) => {
      let offered = '';
      return {
        request: (head) => {
          offered = head.get(SUBPROTOCOL)!;
          head.set(SUBPROTOCOL, `${offered}, aws.iot.securetunneling-1.0`);
        },
        response: (head) => {
          if (head.get(SUBPROTOCOL) === offered) return;
          head.set(SUBPROTOCOL, offered);
          setImmediate(() => wire.toClient(SERVICE_IDS_OF_ANY));
        },
      };
    },
  },
  {
    id: 'client-token-twice',
    breaks: 'sends two client tokens',
    rules: ['H7'],
    hooks: () => ({ request: (head) => head.add(CLIENT_TOKEN, randomUUID()) }),
  },
  {
    id: 'client-token-short',
    breaks: 'sends a client token of 16 characters',
    rules: ['H7'],
    hooks: () => ({ request: (head) => head.set(CLIENT_TOKEN, 'abcdefgh01234567') }),
  },
  {
    id: 'client-token-made-up',
    breaks: 'sends another client token than it was given, and a new one on each retry',
    rules: ['H7', 'H9'],
    hooks: () => ({ request: (head) => head.set(CLIENT_TOKEN, randomUUID()) }),
  },
  {
    id: 'channel-id-needed',
    breaks: 'gives up a connection that was answered without channel-id',
    rules: ['H10'],
    hooks: (wire) => ({
      response: (head) => {
        if (head.status === 101 && head.get('channel-id') === undefined) wire.drop();
      },
    }),
  },
  {
    id: 'succeeds-when-refused',
    breaks: 'ends with status 0 after 4xx',
    rules: ['H11'],
    hooks: (wire) => ({
      response: ({ status }) => {
        if (status >= 400 && status < 500) wire.exit(0);
      },
    }),
  },
  {
    id: 'retries-after-4xx',
    breaks: 'repeats a request that was refused with 4xx, as the public C client does',
    rules: ['H11'],
    hooks: () => ({ refused: (status) => (status < 500 ? 30 : undefined) }),
  },
  {
    id: 'never-backs-off',
    breaks: 'retries at a fixed interval after 5xx, as the reference does',
    rules: ['H11'],
    hooks: () => ({ refused: (status) => (status >= 500 ? 1000 : undefined) }),
  },
  {
    id: 'gives-up-after-5xx',
    breaks: 'takes a 5xx for final',
    rules: ['H11'],
    hooks: () => ({
      response: (head) => {
        if (head.status >= 500) head.line = 'HTTP/1.1 403 Forbidden';
      },
    }),
  },
  {
    id: 'header-values-exact',
    breaks: 'wants the header upgrade spelt as it likes',
    rules: ['W6'],
    hooks: (wire) => ({
      response: (head) => {
        if (head.status === 101 && !head.headers.some(([name]) => name === 'upgrade')) wire.drop();
      },
    }),
  },
  {
    id: 'bytes-behind-response-lost',
    breaks: 'forgets what was read together with the response',
    rules: ['W4', 'S1'],
    versions: ['V2'],
    hooks: () => ({ responseBytes: (bytes) => bytes.subarray(0, bytes.indexOf('\r\n\r\n') + 4) }),
  },
  {
    id: 'dies-of-odd-answer',
    breaks: 'crashes over a response that is no 101',
    rules: ['S17'],
    hooks: (wire) => ({
      responseBytes: (bytes) => (bytes.toString('latin1').startsWith('HTTP/1.1 101') ? bytes : wire.crash()),
    }),
  },
  {
    id: 'takes-any-version',
    breaks: 'goes on whatever version is answered',
    rules: ['H6'],
    hooks: () => {
      let offered: string | undefined;
      return {
        request: (head) => {
          offered = head.get(SUBPROTOCOL);
        },
        response: (head) => head.set(SUBPROTOCOL, offered),
      };
    },
  },
  {
    id: 'accept-unchecked',
    breaks: 'does not check sec-websocket-accept',
    rules: ['W6'],
    hooks: () => {
      let key = '';
      return {
        request: (head) => {
          key = head.get('sec-websocket-key')!;
        },
        response: (head) => {
          if (head.status === 101) head.set('sec-websocket-accept', acceptOf(key));
        },
      };
    },
  },
  {
    id: 'response-in-one-read',
    breaks: 'takes what the first read brings for the whole response',
    rules: ['W4'],
    hooks: (wire) => {
      let isFirst = true;
      return {
        responseBytes: (bytes) => {
          if (isFirst && endOfHead(bytes) < 0) wire.drop();
          isFirst = false;
          return bytes;
        },
      };
    },
  },
  {
    id: 'retries-refusal-on-return',
    breaks: 'takes a refusal seriously at the start only: coming back, it asks again and again',
    rules: ['H11', 'S13'],
    hooks: (wire) => ({ refused: (status) => (wire.number > 1 && status < 500 ? 30 : undefined) }),
  },
  {
    id: 'trusts-anything',
    breaks: 'sends its token whatever certificate the service shows',
    rules: ['H13'],
    tls: 'anything',
    hooks: () => ({}),
  },
  {
    id: 'trusts-any-name',
    breaks: 'does not look for whom the certificate is',
    rules: ['H13'],
    tls: 'any name',
    hooks: () => ({}),
  },
  {
    id: 'trusts-any-date',
    breaks: 'does not look whether the certificate has expired, or is not valid yet',
    rules: ['H13'],
    tls: 'any date',
    hooks: () => ({}),
  },
  {
    id: 'falls-back-to-plain',
    breaks: 'goes on without TLS where that fails',
    rules: ['H13'],
    tls: 'or plain',
    hooks: () => ({}),
  },
  {
    id: 'websocket-version-8',
    breaks: 'asks for version 8 of WebSocket',
    rules: ['W6'],
    hooks: () => ({ request: (head) => head.set('sec-websocket-version', '8') }),
  },
];
