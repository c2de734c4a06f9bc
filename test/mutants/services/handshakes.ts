import { createHash, randomUUID } from 'node:crypto';
import type { Head } from '../between/head.js';
import type { Hooks } from '../mutant.js';
import type { Known, MutantService } from './mutant-service.js';

const SUBPROTOCOL = 'sec-websocket-protocol';
const NEWEST = 'aws.iot.securetunneling-3.0';
const TOKEN = 'access-token';
const CLIENT_TOKEN = 'client-token';
const RIGHT_CLIENT_TOKEN = /^[a-zA-Z0-9-]{32,128}$/;
/** Handshakes of one access token that a forgetful service grants. */
const GRANTED = 5;

const asks = (request: (head: Head) => void): Hooks => ({ request });
/** A client token that stands for an access token. */
const standFor = (head: Head): string =>
  createHash('sha256')
    .update(head.get(TOKEN) ?? '')
    .digest('hex');
const isUpgrade = (head: Head): boolean => head.get('upgrade') !== undefined;
const mode = (head: Head): string => /mode=(\w+)/.exec(head.line)?.[1] ?? '';

/** Notes whose handshake it was, and hands it to whoever decides by it. */
function remembering(
  known: Known,
  hooks: { request?: (head: Head, token: string) => void; response?: (head: Head, token: string) => void },
): Hooks {
  let token = '';
  return {
    request: (head) => {
      token = head.get(TOKEN) ?? '';
      known.handshakes.set(token, (known.handshakes.get(token) ?? 0) + 1);
      hooks.request?.(head, token);
    },
    response: (head) => hooks.response?.(head, token),
  };
}

/** Services that get handshakes wrong: what they forgive is mended on its way to ours. */
export const HANDSHAKES: readonly MutantService[] = [
  {
    id: 'any-path',
    breaks: 'takes any path',
    rules: ['H1'],
    caughtBy: ['service/refuses-path'],
    hooks: () => asks((head) => head.edit('/other', '/tunnel')),
  },
  {
    id: 'refuses-with-500',
    breaks: 'refuses with 500',
    rules: ['H1', 'H8'],
    caughtBy: ['service/refuses-path', 'service/token-is-spent'],
    hooks: () => ({ response: (head) => head.edit(/ 4\d\d /, ' 500 ') }),
  },
  {
    id: 'any-mode',
    breaks: 'takes an unknown mode for that of a source',
    rules: ['H2'],
    caughtBy: ['service/refuses-mode-missing'],
    hooks: () => asks((head) => head.edit('mode=both', 'mode=source')),
  },
  {
    id: 'any-token',
    breaks: 'needs no access token',
    rules: ['H3'],
    caughtBy: ['service/refuses-no-token'],
    hooks: (_, { newest }) =>
      asks((head) => {
        if (isUpgrade(head) && head.get(TOKEN) === undefined) head.add(TOKEN, newest());
      }),
  },
  {
    id: 'header-before-cookie',
    breaks: 'takes the access token of the header where the cookie carries one too',
    rules: ['H3'],
    caughtBy: ['service/refuses-two-tokens'],
    hooks: () => asks((head) => head.set('cookie', undefined)),
  },
  {
    id: 'mode-of-token',
    breaks: 'goes by the access token and not by the mode',
    rules: ['H4'],
    caughtBy: ['service/refuses-wrong-mode'],
    hooks: (_, { sides }) =>
      asks((head) => {
        const side = sides.get(head.get(TOKEN) ?? '');
        if (side !== undefined && mode(head) === 'destination') head.edit(/mode=\w+/, `mode=${side}`);
      }),
  },
  {
    id: 'any-size',
    breaks: 'takes requests of any size',
    rules: ['H5'],
    caughtBy: ['service/refuses-large-request'],
    hooks: () => asks((head) => head.set('x-padding', undefined)),
  },
  {
    id: 'needs-no-subprotocol',
    breaks: 'needs no subprotocol',
    rules: ['H6'],
    caughtBy: ['service/refuses-no-subprotocol'],
    hooks: () =>
      asks((head) => {
        if (isUpgrade(head) && head.get(SUBPROTOCOL) === undefined) head.add(SUBPROTOCOL, NEWEST);
      }),
  },
  {
    id: 'any-subprotocol',
    breaks: 'takes an unknown subprotocol for its newest',
    rules: ['H6'],
    caughtBy: ['service/refuses-unknown-subprotocol'],
    hooks: () =>
      asks((head) => {
        if (head.get(SUBPROTOCOL) === 'chat') head.set(SUBPROTOCOL, NEWEST);
      }),
  },
  {
    id: 'answers-newest',
    breaks: 'answers its newest subprotocol, whatever was offered',
    rules: ['H6'],
    caughtBy: ['service/answers-what-was-offered'],
    hooks: () => ({
      response: (head) => {
        if (head.status === 101) head.set(SUBPROTOCOL, NEWEST);
      },
    }),
  },
  {
    id: 'no-older-version',
    breaks: 'refuses the subprotocol of V1, which is worth knowing',
    rules: ['H6'],
    caughtBy: ['service/answers-what-was-offered'],
    hooks: () =>
      asks((head) => {
        if (head.get(SUBPROTOCOL)?.endsWith('1.0') === true) head.set(SUBPROTOCOL, 'chat');
      }),
  },
  {
    id: 'any-client-token',
    breaks: 'takes a client token of any form',
    rules: ['H7'],
    caughtBy: ['service/refuses-bad-client-token'],
    hooks: () =>
      asks((head) => {
        const given = head.get(CLIENT_TOKEN);
        if (given !== undefined && !RIGHT_CLIENT_TOKEN.test(given)) head.set(CLIENT_TOKEN, undefined);
      }),
  },
  {
    id: 'never-spends-tokens',
    breaks: 'lets an access token be used again without a client token',
    rules: ['H8'],
    caughtBy: ['service/token-is-spent'],
    hooks: () =>
      asks((head) => {
        if (isUpgrade(head) && head.get(CLIENT_TOKEN) === undefined) head.add(CLIENT_TOKEN, standFor(head));
      }),
  },
  {
    id: 'spends-refused-tokens',
    breaks: 'takes an access token for spent by a handshake that it refused',
    rules: ['H8'],
    caughtBy: ['service/refuses-path', 'service/refuses-unknown-subprotocol'],
    hooks: (_, known) =>
      remembering(known, {
        request: (head, token) => {
          if (known.refused.has(token)) head.edit('/tunnel', '/spent');
        },
        response: (head, token) => {
          if (head.status >= 400) known.refused.add(token);
        },
      }),
  },
  {
    id: 'another-client-token',
    breaks: 'lets an access token be used with another client token',
    rules: ['H9'],
    caughtBy: ['service/client-token'],
    hooks: () =>
      asks((head) => {
        if (head.get(CLIENT_TOKEN) !== undefined) head.set(CLIENT_TOKEN, standFor(head));
      }),
  },
  {
    id: 'forgets-client-tokens',
    breaks: 'refuses a client that comes back with its client token',
    rules: ['H9'],
    caughtBy: ['service/client-token', 'service/peer-drops-in-mid-transfer'],
    hooks: () =>
      asks((head) => {
        if (head.get(CLIENT_TOKEN) !== undefined) head.set(CLIENT_TOKEN, randomUUID());
      }),
  },
  {
    id: 'tires-of-returns',
    breaks: `refuses a client that has come back ${GRANTED} times`,
    rules: ['H9'],
    caughtBy: ['service/peers-come-back'],
    hooks: (_, known) =>
      remembering(known, {
        request: (head, token) => {
          if (known.handshakes.get(token)! > GRANTED) head.edit('/tunnel', '/tired');
        },
      }),
  },
  {
    id: 'no-channel-id',
    breaks: 'sends no channel-id',
    rules: ['H10'],
    caughtBy: ['service/answers-what-was-offered'],
    hooks: () => ({ response: (head) => head.set('channel-id', undefined) }),
  },
  {
    id: 'keeps-replaced',
    breaks: 'keeps the older connection of a side that comes back',
    rules: ['H12'],
    caughtBy: ['service/client-token', 'service/peers-come-back'],
    hooks: () => ({ down: { frame: (frame) => (frame.opcode === 8 ? [] : [frame]) }, lost: () => true }),
  },
];
