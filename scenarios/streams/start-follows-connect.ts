import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/start-follows-connect',
  title: 'A TCP connection alone makes the client send STREAM_START',
  rules: ['S3'],
  role: 'source',
  why: 'In some protocols the server speaks first (SSH banners, SMTP, MySQL). They hang if the client waits for data before it starts a stream.',
  expects:
    'The client sends STREAM_START as soon as an application has connected, and delivers the first bytes of the other side.',
  run: async (trial) => {
    // opens() waits for STREAM_START while the application stays silent.
    const stream = await trial.opens();
    const banner = Buffer.from('SSH-2.0-server-speaks-first\r\n');
    stream.injectData(banner);
    await stream.appReceives(banner, 'S3');
  },
});
