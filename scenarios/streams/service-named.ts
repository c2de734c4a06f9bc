import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/service-named',
  title: 'The stream names the service of the port that was dialled',
  rules: ['S3', 'M7'],
  role: 'source',
  versions: ['V2', 'V3'],
  needs: { services: 2 },
  why: 'The other side picks the program to dial by it.',
  run: async (stage) => {
    for (const serviceId of stage.service.services) {
      const stream = await stage.opens({ serviceId });
      const detail = `'${stream.serviceId}' for ${serviceId}`;
      stage.check(stream.serviceId === serviceId, 'S3', 'it named another service than was dialled', detail);
      await stream.echoes('S3');
    }
  },
});
