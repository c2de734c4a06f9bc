import { firstOf, type HandshakeAnswer, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/odd-answers',
  title: 'Unusual answers do not crash the client',
  rules: ['S17'],
  role: 'client',
  versions: 'any',
  extraMs: 30_000,
  why: 'Captive portals and broken proxies can answer with anything.',
  expects: 'The client tries again or gives up normally. It does not crash.',
  run: async (trial) => {
    const odd: HandshakeAnswer[] = [
      { raw: Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello') },
      { raw: Buffer.from('SSH-2.0-OpenSSH_9.6\r\n') },
      { raw: Buffer.from('HTTP/1.1 101 Switching Protocols\r\nupgrade: webso') },
      { status: 301, headers: { location: '/elsewhere' } },
      { drop: true },
      { headers: { 'sec-websocket-accept': 'bm90IHdoYXQgd2FzIGFza2VkIGZvcg==' } },
    ];
    await trial.client.starts();
    for (const answer of odd) {
      trial.service.answers(answer);
      // It may try again or give up; only an end by a signal is wrong. If it gave up, there is nothing more to judge.
      const next = trial.service.handshakes.take();
      const came = await trial.comes(firstOf([next, trial.client.exited]), trial.patienceMs);
      if (!came || trial.client.exit !== undefined) return;
    }
  },
});
