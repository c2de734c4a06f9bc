import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/other-services',
  title: 'Other services are served while a dial is not answered',
  rules: ['S14', 'S4'],
  role: 'destination',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'One hung program must not take the others with it.',
  expects: 'It starts, carries and ends streams of another service meanwhile.',
  run: async (trial) => {
    const [first, second] = trial.service.services as [string, string];
    const before = await trial.opens({ serviceId: second });
    await before.echoes('S14');
    await whileDialling(trial, first);
    await before.echoes('S14');
    await before.ends({ rule: 'S14' });
    const after = await trial.opens({ serviceId: second });
    await after.echoes('S14');
  },
});
