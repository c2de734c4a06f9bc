import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/data-goes-to-its-service',
  title: 'Bytes of two services are not mixed',
  rules: ['S14'],
  role: 'client',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: "Two programs would read each other's bytes.",
  expects:
    'The client delivers DATA to the application of the service that it names. The bytes of an application carry its own service id.',
  run: async (trial) => {
    const [first, second] = trial.service.services as [string, string];
    const a = await trial.opens({ serviceId: first });
    const b = await trial.opens({ serviceId: second });
    const [forA, forB] = [trial.bytes(80_000), trial.bytes(80_000)];
    for (let at = 0; at < forA.length; at += 5000) {
      a.injectData(forA.subarray(at, at + 5000));
      b.injectData(forB.subarray(at, at + 5000));
    }
    await a.appReceives(forA, 'S14');
    await b.appReceives(forB, 'S14');
    a.app.writes(forB);
    b.app.writes(forA);
    await a.serviceReceives(forB, 'S14');
    await b.serviceReceives(forA, 'S14');
  },
});
