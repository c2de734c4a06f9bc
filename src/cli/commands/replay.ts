import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { defaultStateDir } from '../../mock-service/certificates/index.js';
import type { Side } from '../../protocol/index.js';
import {
  type ConnectedPeer,
  type Conversation,
  connectToLiveService,
  listenForLiveClient,
  pickConversation,
  type ReplayReport,
  replay,
} from '../../recordings/index.js';
import { readCaptureFile } from '../captures.js';
import { UsageError } from '../errors.js';
import { Output } from '../output/index.js';

interface ReplayFlags {
  readonly as: Side | 'service';
  readonly side?: Side;
  readonly tunnel?: string;
  readonly connection: number;
  readonly pace: 'recorded' | 'fastest';
  readonly timeout: number;
  readonly endpoint: string;
  readonly accessToken?: string;
  readonly clientToken?: string;
  readonly ca?: string;
  readonly host: string;
  readonly port: number;
  readonly stateDir?: string;
  readonly partial?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  tunnel-testbed replay session.jsonl --as source --endpoint ws://127.0.0.1:8443 --access-token TOKEN
  tunnel-testbed replay session.jsonl --as service --side destination --port 5000
      then start the client under test with any token and the endpoint 127.0.0.1:5000`;

/** Plays one side of a recording to a live client or service. The exit status is 1 if the live peer differs. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('play one side of a capture to a live peer, and report where the peer differs from it')
    .argument('<capture>', 'a file that --capture has written')
    .addOption(
      new Option('--as <role>', 'the role to play')
        .choices(['source', 'destination', 'service'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--side <side>', 'with --as service: the side of the client').choices([
        'source',
        'destination',
      ]),
    )
    .option('--tunnel <id>', 'tunnel of the capture (default: the first that has the side)')
    .option('--connection <n>', 'connection of the side, counted from 1', wholeNumber, 1)
    .addOption(
      new Option('--pace <pace>', 'pace of sending').choices(['recorded', 'fastest']).default('fastest'),
    )
    .option('--timeout <ms>', 'how long to wait for each expected message', wholeNumber, 5000)
    .option('--endpoint <url>', 'with --as source or destination: URL of the service', 'ws://127.0.0.1:8443')
    .option('--access-token <token>', 'with --as source or destination; or AWSIOT_TUNNEL_ACCESS_TOKEN')
    .option('--client-token <token>', 'with --as source or destination')
    .option('--ca <file>', 'CA certificate (PEM) of a wss:// service')
    .option('--host <host>', 'with --as service: address to listen on', '127.0.0.1')
    .option('--port <port>', 'with --as service: port to listen on; 0 picks a free port', wholeNumber, 0)
    .option('--state-dir <folder>', 'with --as service: folder of the CA')
    .option('--partial', 'accept a capture that was cut, and use its whole lines')
    .option('--json', 'print one JSON object per line to stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: ReplayFlags) => {
      const output = new Output(flags.json ?? false);
      const capture = readCaptureFile(path, { partial: flags.partial ?? false });
      const side = flags.as === 'service' ? (flags.side ?? 'source') : flags.as;
      const { tunnel: tunnelId, connection } = flags;
      const conversation = pickConversation(capture, { side, tunnelId, connection });
      const options = {
        play: flags.as === 'service' ? 'service' : 'side',
        pace: flags.pace,
        timeoutMs: flags.timeout,
        payloadsOmitted: capture.header.payloads === 'omitted',
      } as const;
      const play = (peer: ConnectedPeer): Promise<ReplayReport> => replay(conversation, peer, options);
      const report =
        flags.as === 'service'
          ? await playService(conversation, flags, output, play)
          : await playSide(conversation, flags, play);
      tell(report, output);
    });
}

async function playSide(
  { side, subprotocol }: Conversation,
  flags: ReplayFlags,
  play: (peer: ConnectedPeer) => Promise<ReplayReport>,
): Promise<ReplayReport> {
  const { endpoint, clientToken, ca: caPath } = flags;
  const accessToken = flags.accessToken ?? process.env.AWSIOT_TUNNEL_ACCESS_TOKEN;
  if (accessToken === undefined) {
    throw new UsageError('--access-token is required; or set AWSIOT_TUNNEL_ACCESS_TOKEN');
  }
  const url = /^wss?:\/\//.test(endpoint) ? endpoint : `ws://${endpoint}`;
  if (!URL.canParse(url)) throw new UsageError(`--endpoint '${endpoint}' is not a URL; give ws://host:port`);
  const ca = caPath === undefined ? undefined : readFileSync(caPath, 'utf8');
  await using peer = await connectToLiveService({ url, side, accessToken, clientToken, subprotocol, ca });
  return await play(peer);
}

async function playService(
  { side, subprotocol }: Conversation,
  flags: ReplayFlags,
  output: Output,
  play: (peer: ConnectedPeer) => Promise<ReplayReport>,
): Promise<ReplayReport> {
  const { host, port, stateDir = defaultStateDir() } = flags;
  await using listener = await listenForLiveClient({ host, port, stateDir, subprotocol });
  output.tell({ event: 'ready', endpoint: listener.endpoint, side });
  output.say(`waiting for a ${side} at ${listener.endpoint}; any token will do`);
  return await play(await listener.client);
}

function tell({ sent, matched, departures, finished }: ReplayReport, output: Output): void {
  output.tell({ event: 'replayed', sent, matched, departures, finished });
  if (!output.isJson) {
    for (const { line, expected, got } of departures) {
      output.say(`${line > 0 ? `line ${line}` : 'after the end'}: expected ${expected}; got ${got}`);
    }
    output.say(`sent ${sent} frames; ${matched} came as recorded, ${departures.length} did not`);
  }
  if (departures.length > 0) {
    const end = finished ? '' : '; the replay was given up at the last one';
    throw new Error(`the peer differs from the recording at ${departures.length} place(s)${end}`);
  }
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number.');
}
