import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/bytes-are-not-mixed',
  title: 'Bytes of two connections are not mixed',
  rules: ['S9'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  why: "Two programs would read each other's bytes.",
  expects:
    'The client delivers DATA to the application that its connection id names. The bytes of an application carry the id of its own connection.',
  run: async (trial) => {
    const a = await trial.opens();
    const b = await trial.opens({ on: a });
    const [forA, forB] = [trial.bytes(80_000), trial.bytes(80_000)];
    for (let at = 0; at < forA.length; at += 5000) {
      a.injectData(forA.subarray(at, at + 5000));
      b.injectData(forB.subarray(at, at + 5000));
    }
    await a.appReceives(forA, 'S9');
    await b.appReceives(forB, 'S9');
    a.app.writes(forB);
    b.app.writes(forA);
    await a.serviceReceives(forB, 'S9');
    await b.serviceReceives(forA, 'S9');
  },
});
