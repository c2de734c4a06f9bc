// The process under test: one of the relays, by name.
import { beSubject } from '../harness/subject.js';
import { startService } from './subjects/service.js';
import { startTcpPipe } from './subjects/tcp-pipe.js';
import { startWsRelay } from './subjects/ws-relay.js';

const start: Record<string, () => Promise<object>> = {
  service: () => startService('close'),
  'service, enforce off': () => startService('off'),
  'ws relay': startWsRelay,
  'TCP pipe': startTcpPipe,
};

beSubject(await start[process.argv[2]!]!());
