import { MessageType } from '../../src/protocol/index.js';
import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'streams/app-writes-at-once',
  title: 'What the application writes at once follows STREAM_START whole',
  rules: ['S3'],
  role: 'source',
  why: 'SSH clients send their banner with the first packet.',
  run: async (stage) => {
    const link = await stage.connected();
    const app = await stage.app.connects(stage.client, stage.serviceId);
    const bytes = stage.bytes(100_000);
    app.writes(bytes);
    const symptom = 'a TCP connection brought no STREAM_START';
    const start = await stage.client.awaits(link.messages.take(), 'S3', symptom);
    stage.check(
      start.type === MessageType.STREAM_START,
      'S3',
      'its first message is not STREAM_START',
      `type ${start.type}`,
    );
    const chunks: Uint8Array[] = [];
    for (let held = 0; held < bytes.length; held += chunks.at(-1)!.length) {
      chunks.push(
        (await stage.client.sends(MessageType.DATA, 'S3', (m) => m.streamId === start.streamId)).payload,
      );
    }
    stage.check(Buffer.concat(chunks).equals(bytes), 'S3', 'it changed bytes on their way into the tunnel');
  },
});
