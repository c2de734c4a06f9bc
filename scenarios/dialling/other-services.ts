import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/other-services',
  title: 'Other services work while the client is dialling',
  rules: ['S14', 'S4'],
  role: 'destination',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'One program that hangs must not stop the others.',
  expects: 'The client starts, carries and ends streams of another service during the dial.',
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
