import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/start-follows-connect',
  title: 'A TCP connection alone brings STREAM_START',
  rules: ['S3'],
  role: 'source',
  why: 'Protocols in which the server speaks first (SSH banners, SMTP, MySQL) hang when a stream waits for data.',
  run: async (stage) => {
    // opens() waits for STREAM_START while the application stays silent.
    const stream = await stage.opens();
    await stream.carriesDown(Buffer.from('SSH-2.0-server-speaks-first\r\n'), 'S3');
  },
});
