// The process under test: everything between two applications. Arguments: what to start, and the port that it leads to.
import { beSubject } from '../harness/subject.js';
import { startPipes } from './subjects/pipes.js';
import { startTunnel } from './subjects/tunnel.js';

const [what, target] = process.argv.slice(2);
const port = Number(target);
beSubject({ port: what === 'pipes' ? await startPipes(port) : await startTunnel(what as 'V1' | 'V3', port) });
