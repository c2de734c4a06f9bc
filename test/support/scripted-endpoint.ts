import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuthority } from '../../src/mock-service/certificates/authority.js';
import { ScriptedService } from '../../src/scenario-runner/trial/scripted-service.js';
import { Transcript } from '../../src/scenario-runner/trial/transcript.js';

/** The judge's endpoint by itself, with no client of the runner's. */
export interface ScriptedEndpoint extends AsyncDisposable {
  readonly service: ScriptedService;
  readonly transcript: Transcript;
  readonly port: number;
  readonly ca: string;
  readonly caPath: string;
}

export async function openScriptedEndpoint(): Promise<ScriptedEndpoint> {
  const folder = await mkdtemp(join(tmpdir(), 'scripted-endpoint-'));
  const authority = await openAuthority(folder);
  const transcript = new Transcript();
  const service = new ScriptedService('source', 'V3', ['SSH'], transcript);
  await service.listen(authority);
  return {
    service,
    transcript,
    port: service.port,
    ca: authority.caPem,
    caPath: authority.caPath,
    async [Symbol.asyncDispose]() {
      await service.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
