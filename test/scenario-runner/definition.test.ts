import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StartRequest } from '../../src/scenario-runner/adapters/adapter.js';
import { CommandAdapter } from '../../src/scenario-runner/adapters/command.js';
import {
  clientDefinition,
  clientDefinitionSchema,
  splitCommand,
} from '../../src/scenario-runner/adapters/definition.js';
import { readClientDefinition } from '../../src/scenario-runner/adapters/read-definition.js';

const request: StartRequest = {
  role: 'source',
  version: 'V2',
  service: { host: '127.0.0.1', port: 8443 },
  scheme: 'ws',
  accessToken: 'secret',
  clientToken: undefined,
  caPath: '/ca.pem',
  caDir: '/ca',
  services: ['SSH', 'HTTP'],
  ports: new Map([
    ['SSH', { host: '127.0.0.1', port: 1 }],
    ['HTTP', { host: '127.0.0.1', port: 2 }],
  ]),
};
const adapterFor = (definition: object): CommandAdapter =>
  new CommandAdapter(clientDefinition.parse(definition));

describe('a client definition', () => {
  it('splits a command as a shell would, without one', () => {
    expect(splitCommand(`a 'b c' "d \\"e" f\\ g ''`)).toEqual(['a', 'b c', 'd "e', 'f g', '']);
    expect(() => splitCommand('a "b')).toThrow('unclosed');
  });

  it('fills placeholders, and keeps the token out of what is shown', () => {
    const adapter = adapterFor({
      name: 'x',
      source: { command: ['run', '{endpoint}', '{token}', '{mappings}', '{version}'] },
      versionArguments: { V2: ['-y', 'V2'] },
    });
    expect(adapter.commandLine(request)).toBe('run 127.0.0.1:8443 $TOKEN SSH=1,HTTP=2 V2 -y V2');
  });

  it('refuses an unknown placeholder, and names the known ones', async () => {
    const adapter = adapterFor({ name: 'x', source: { command: 'run {tokn}' } });
    await expect(adapter.start(request)).rejects.toThrow(/Unknown placeholder \{tokn\}.*\{token\}/);
  });

  it('says which file is wrong and where', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'definition-')), 'client.yaml');
    await writeFile(path, 'name: x\nsource: { comand: y }\n');
    await expect(readClientDefinition(path)).rejects.toThrow(/client\.yaml.*/s);
    await writeFile(path, 'name: x\n');
    await expect(readClientDefinition(path)).rejects.toThrow('source, for destination, or both');
    await expect(readClientDefinition('/nowhere.yaml')).rejects.toThrow('/nowhere.yaml');
  });

  it('has a JSON Schema', () => {
    expect(clientDefinitionSchema()).toMatchObject({
      type: 'object',
      properties: { name: { type: 'string' } },
    });
  });
});
