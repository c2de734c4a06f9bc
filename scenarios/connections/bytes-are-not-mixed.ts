import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/bytes-are-not-mixed',
  title: 'Bytes of two connections are not mixed',
  rules: ['S9'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  why: "Two programs would read each other's bytes.",
  run: async (stage) => {
    const a = await stage.opens();
    const b = await stage.opensAnother(a);
    const [forA, forB] = [stage.bytes(80_000), stage.bytes(80_000)];
    for (let at = 0; at < forA.length; at += 5000) {
      a.injectData(forA.subarray(at, at + 5000));
      b.injectData(forB.subarray(at, at + 5000));
    }
    await a.appReceives(forA, 'S9');
    await b.appReceives(forB, 'S9');
    a.app.writes(forB);
    b.app.writes(forA);
    await a.serviceReceivesAll(forB, 'S9');
    await b.serviceReceivesAll(forA, 'S9');
  },
});
