import { type MessageFormat, SUBPROTOCOL_OF } from '../../protocol/index.js';
import { RawPeer, type ServiceTrial } from '../service-role/index.js';
import { finding } from '../trial/index.js';
import { type Instance, serviceKey } from './instances.js';
import { serviceScenario } from './scenario.js';

const NEWEST_FIRST: readonly MessageFormat[] = ['V3', 'V2', 'V1'];

/** What every scenario about a service relies on. It runs once for each version, before them. */
const PREFLIGHT = serviceScenario({
  id: 'preflight/connects',
  title: 'The service grants a tunnel in the version that it is judged by',
  rules: ['H6'],
  why: 'If a service does not, nothing else can be judged in that version.',
  run: async (trial) => {
    const { source, destination } = await trial.opensTunnel();
    const answer = await trial.asks('source', source);
    if (!(answer instanceof RawPeer)) {
      const refused = `${answer.status} ${answer.body}`.trim();
      const other = await grantedInstead(trial, source);
      if (other === undefined) throw finding('H6', 'refuses-good-handshake', refused);
      const hint = `it grants ${SUBPROTOCOL_OF[other]}: judge it with --version ${other}`;
      throw finding('H6', 'refuses-version', `${refused}; ${hint}`);
    }
    await trial.connects('destination', destination, 'H6');
  },
});

/** The newest version that the service grants instead. A refused handshake does not spend the token (H8). */
async function grantedInstead(trial: ServiceTrial, token: string): Promise<MessageFormat | undefined> {
  for (const version of NEWEST_FIRST) {
    if (version === trial.version) continue;
    const answer = await trial.asks('source', token, { subprotocol: SUBPROTOCOL_OF[version] });
    if (answer instanceof RawPeer) return version;
  }
  return undefined;
}

/** The preflight of a service in a version. */
export function servicePreflightOf({ role, version }: Instance): Instance {
  return { key: serviceKey(PREFLIGHT.id, version), scenario: PREFLIGHT, role, version, skip: undefined };
}
