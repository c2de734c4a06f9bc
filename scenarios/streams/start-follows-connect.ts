import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/start-follows-connect',
  title: 'A TCP connection alone brings STREAM_START',
  rules: ['S3'],
  role: 'source',
  why: 'Protocols in which the server speaks first (SSH banners, SMTP, MySQL) hang when a stream waits for data.',
  expects:
    'It sends STREAM_START as soon as an application has connected, and delivers what the other side says first.',
  run: async (trial) => {
    // opens() waits for STREAM_START while the application stays silent.
    const stream = await trial.opens();
    const banner = Buffer.from('SSH-2.0-server-speaks-first\r\n');
    stream.injectData(banner);
    await stream.appReceives(banner, 'S3');
  },
});
