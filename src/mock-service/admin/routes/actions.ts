import { z } from 'zod';
import { MAX_WEBSOCKET_FRAME_BYTES } from '../../../protocol/index.js';
import { fromFields, messageFieldsSchema } from '../../capture/index.js';
import { mayBeSent, reframingSchema, type Session, settleReframing } from '../../data-plane/index.js';
import { serviceIdsSchema } from '../../rules/index.js';
import { AdminError } from '../errors.js';
import { defineRoute } from '../route.js';
import { findSession } from '../views.js';

const hex = z.string().regex(/^([0-9a-fA-F]{2})*$/, 'must be pairs of hexadecimal digits');
const bytesOfHex = (text: string): Buffer => Buffer.from(text, 'hex');

interface Action<S extends z.ZodObject = z.ZodObject> {
  readonly fields: S;
  readonly run: (session: Session, fields: never) => void;
}

/** Joins an action's function with the schema of its fields. */
function action<S extends z.ZodObject>(
  fields: S,
  run: (session: Session, fields: z.output<S>) => void,
): Action<S> {
  return { fields, run };
}

const nothing = z.strictObject({});

/** What a session can be told to do. */
const ACTIONS = {
  inject: action(z.strictObject({ message: messageFieldsSchema }), (session, { message }) =>
    session.inject(readMessage(message)),
  ),
  injectBytes: action(
    z.strictObject({
      hex,
      messageSizes: z.array(z.int().min(1).max(MAX_WEBSOCKET_FRAME_BYTES)).min(1).max(10_000).optional(),
    }),
    (session, { hex, messageSizes }) =>
      session.injectBytes(bytesOfHex(hex), messageSizes === undefined ? {} : { messageSizes }),
  ),
  sendText: action(z.strictObject({ text: z.string() }), (session, { text }) => session.sendText(text)),
  ping: action(z.strictObject({ hex: hex.max(250).default('') }), (session, { hex }) =>
    session.ping(bytesOfHex(hex)),
  ),
  writeRaw: action(z.strictObject({ hex }), (session, { hex }) => session.writeRaw(bytesOfHex(hex))),
  close: action(
    z.strictObject({
      code: z.int().refine(mayBeSent, 'must be a code that a close frame may carry').default(1000),
      reason: z
        .string()
        .refine((text) => Buffer.byteLength(text) <= 123, 'must be at most 123 bytes')
        .default(''),
    }),
    (session, { code, reason }) => session.close(code, reason),
  ),
  drop: action(nothing, (session) => session.drop()),
  stopReading: action(nothing, (session) => session.stopReading()),
  resumeReading: action(nothing, (session) => session.resumeReading()),
  answerPings: action(z.strictObject({ answers: z.boolean() }), (session, { answers }) =>
    session.answerPings(answers),
  ),
  hold: action(nothing, (session) => session.hold()),
  release: action(nothing, (session) => session.release()),
  setReframing: action(z.strictObject({ reframing: reframingSchema }), (session, { reframing }) =>
    session.setReframing(settleReframing(reframing, session.channelId)),
  ),
  resetSession: action(nothing, (session) => session.resetSession()),
  sendServiceIds: action(
    z.strictObject({ serviceIds: serviceIdsSchema.optional() }),
    (session, { serviceIds }) => session.sendServiceIds(serviceIds),
  ),
} satisfies Record<string, Action>;

const names = Object.keys(ACTIONS) as [keyof typeof ACTIONS, ...(keyof typeof ACTIONS)[]];
const bodies = names.map((name) =>
  z.strictObject({ action: z.literal(name), ...ACTIONS[name].fields.shape }),
);

export const actionRoutes = [
  defineRoute({
    method: 'POST',
    path: '/admin/tunnels/{tunnelId}/{side}/actions',
    id: 'act',
    summary: 'Tells a session to do something',
    body: z.discriminatedUnion('action', bodies as never) as unknown as z.ZodType<{
      action: keyof typeof ACTIONS;
    }>,
    answers: { 204: undefined },
    errors: ['TUNNEL_NOT_FOUND', 'SESSION_NOT_FOUND', 'VALUE_OUT_OF_RANGE', 'MESSAGE_TOO_LARGE'],
    handle: ({ params, body }, context) => {
      const { action, ...fields } = body;
      ACTIONS[action].run(findSession(context, params), fields as never);
      return { status: 204 };
    },
  }),
];

function readMessage(fields: z.infer<typeof messageFieldsSchema>) {
  try {
    return fromFields(fields);
  } catch (error) {
    throw new AdminError('INVALID_REQUEST', `message: ${(error as Error).message}`);
  }
}
