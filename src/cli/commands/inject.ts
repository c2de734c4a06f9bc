import type { Command } from 'commander';
import { adminCommand, type CommonFlags, open } from '../admin/command.js';
import { readFields } from '../admin/fields.js';

const EXAMPLES = `
Actions: inject (with the fields of a message), injectBytes, sendText, ping, writeRaw, close, drop, stopReading,
resumeReading, answerPings, hold, release, setReframing, resetSession, sendServiceIds; and handshake (with the fields of a
handshake script; SIDE may be any).

Examples:
  tunnel-testbed inject 4f1c source inject type=STREAM_RESET streamId=5 serviceId=SSH
  tunnel-testbed inject 4f1c source injectBytes 'hex="0002"' 'messageSizes=[1]'
  tunnel-testbed inject 4f1c destination close code=1011 reason=bye
  tunnel-testbed inject 4f1c source handshake status=503 times=2`;

/** Tells a session of a running service to do something. */
export function injectCommand(): Command {
  return adminCommand('inject', 'tell a session, or its next handshakes, to do something')
    .argument('<tunnel>', 'tunnel id, or the start of it')
    .argument('<side>', 'source or destination; for a handshake also any')
    .argument('<action>', 'the action; see below')
    .argument('[fields...]', 'fields of the action, as name=value')
    .addHelpText('after', EXAMPLES)
    .action(async (tunnel: string, side: string, action: string, words: string[], flags: CommonFlags) => {
      const { client, output } = open(flags);
      const tunnelId = await client.tunnelId(tunnel);
      const fields = readFields(words);
      if (action === 'handshake') {
        const scope = side === 'any' ? { tunnelId } : { tunnelId, side };
        await client.ask('POST', '/admin/handshakes', { ...fields, ...scope });
      } else {
        const body = action === 'inject' ? { action, message: fields } : { action, ...asText(fields) };
        await client.ask('POST', `/admin/tunnels/${tunnelId}/${encodeURIComponent(side)}/actions`, body);
      }
      output.tell({ tunnelId, side, action });
      if (!output.isJson) output.say('done');
    });
}

/** `readFields` reads hexadecimal digits that look like a number as a number. This turns them back into text. */
function asText(fields: Record<string, unknown>): Record<string, unknown> {
  return typeof fields.hex === 'number' ? { ...fields, hex: String(fields.hex) } : fields;
}
