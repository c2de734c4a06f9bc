import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/service-named',
  title: 'The stream names the service of the port that was dialled',
  rules: ['S3', 'M7'],
  role: 'source',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'The other side uses the name to choose the program that it dials.',
  expects: 'STREAM_START names the service whose port was dialled.',
  run: async (trial) => {
    for (const serviceId of trial.service.services) {
      const stream = await trial.opens({ serviceId });
      const detail = `'${stream.serviceId}' for ${serviceId}`;
      trial.check(stream.serviceId === serviceId, { rule: 'S3', symptom: 'names-another-service', detail });
      await stream.echoes('S3');
    }
  },
});
