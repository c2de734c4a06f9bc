import { firstOf, scenario, type Trial } from 'tunnel-testbed/scenarios';

const CERTIFICATES = [
  ['another-ca', 'of another CA'],
  ['another-name', 'for another name'],
  ['expired', 'that has expired'],
  ['not-yet-valid', 'that is not valid yet'],
] as const;

/** A client that connects again and again is watched this many times, because a later try may differ. */
const TRIES = 3;

/** Waits for the client's reaction to the certificate: a request, or connections that end without one. */
async function givesUp(trial: Trial): Promise<void> {
  const { client, service, patienceMs } = trial;
  const attempt = await trial.awaits(service.attempts.take(), { rule: 'H1', symptom: 'did-not-connect' });
  await trial.comes(firstOf([service.handshakes.take(), attempt.ended]), patienceMs);
  for (let tries = 1; tries < TRIES && service.allHandshakes.length === 0; tries++) {
    const again = service.attempts.take().then(({ ended }) => ended);
    await trial.comes(firstOf([service.handshakes.take(), again, client.exited]), patienceMs);
  }
}

export default CERTIFICATES.map(([fault, words]) =>
  scenario({
    id: `handshake/untrusted-certificate-${fault}`,
    title: `The token is not sent to a service with a certificate ${words}`,
    rules: ['H13'],
    role: 'client',
    versions: 'any',
    why: 'An attacker between client and service would read the token, and everything that the tunnel carries.',
    expects:
      'The client ends the TLS handshake, or the connection after it, and sends no request. It does not send a request without TLS either.',
    run: async (trial) => {
      if (trial.request.scheme === 'ws') trial.skip('the client is judged without TLS', 'not-claimed');
      await trial.service.presents(fault);
      await trial.client.starts();
      await givesUp(trial);
      const [request] = trial.service.allHandshakes;
      trial.check(request === undefined, {
        rule: 'H13',
        symptom: request?.isEncrypted === false ? 'token-in-plain' : 'token-without-trust',
        trigger: `certificate-${fault}`,
        force: 'MUST',
      });
    },
  }),
);
