import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Authority, openAuthority } from '../../../src/mock-service/certificates/authority.js';
import { type OpenPort, openPort } from '../../../src/mock-service/port/port.js';

let dir: string;
let authority: Authority;
let port: OpenPort;
let onTlsError: (error: Error) => void;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-port-'));
  authority = await openAuthority(dir);
  const http = createServer((request, response) => response.end(`${request.url}`));
  port = await openPort({ host: '127.0.0.1', port: 0, authority, http });
});
afterEach(async () => {
  await port.close();
  await rm(dir, { recursive: true });
});

const REQUEST = 'GET /hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';

async function overTls(servername: string, ca = authority.caPem): Promise<TLSSocket> {
  const socket = connectTls({ host: '127.0.0.1', port: port.port, servername, ca });
  await once(socket, 'secureConnect');
  return socket;
}

describe('one port for plain and TLS (H13)', () => {
  it('answers a plain request', async () => {
    const socket = connect(port.port, '127.0.0.1');
    socket.write(REQUEST);
    expect(await text(socket)).toContain('/hello');
  });

  it('answers a plain request that comes one byte at a time', async () => {
    const socket = connect({ port: port.port, host: '127.0.0.1', noDelay: true });
    for (const character of REQUEST) {
      await new Promise((resolve) => socket.write(character, resolve));
    }
    expect(await text(socket)).toContain('/hello');
  });

  it('answers over TLS too, with a leaf for whatever name the client asks for', async () => {
    const name = 'data.tunneling.iot.eu-west-1.amazonaws.com';
    const socket = await overTls(name);
    expect(socket.getPeerCertificate().subject.CN).toBe(name);
    socket.write(REQUEST);
    expect(await text(socket)).toContain('/hello');
  });

  it('is trusted by address where no name is sent', async () => {
    const socket = connectTls({ host: '127.0.0.1', port: port.port, ca: authority.caPem });
    await once(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    socket.destroy();
  });

  it('outlives a client that does not trust it, and one that leaves without a word', async () => {
    const distrustful = connectTls({ host: '127.0.0.1', port: port.port, servername: 'localhost', ca: [] });
    await once(distrustful, 'error');
    const silent = connect(port.port, '127.0.0.1');
    await once(silent, 'connect');
    silent.destroy();
    const socket = await overTls('localhost');
    socket.write(REQUEST);
    expect(await text(socket)).toContain('/hello');
  });

  it.each([
    ['another-ca', 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['another-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['expired', 'CERT_HAS_EXPIRED'],
    ['not-yet-valid', 'CERT_NOT_YET_VALID'],
  ] as const)(
    'shows on demand a certificate with one fault, and the right one again: %s',
    async (fault, code) => {
      await port.presents(authority.faulty(fault));
      for (const servername of ['localhost', '']) {
        const options = { host: '127.0.0.1', port: port.port, ca: authority.caPem };
        const socket = connectTls({ ...options, ...(servername !== '' && { servername }) });
        const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
        expect(error.code).toBe(code);
      }
      await port.presents(authority);
      (await overTls('localhost')).destroy();
    },
  );

  it('can take a connection and say nothing, and tells of connections and of TLS that fails', async () => {
    const seen: string[] = [];
    const failed = new Promise<Error>((resolve) => {
      onTlsError = resolve;
    });
    let isSilent = true;
    const quiet = await openPort({
      ...{ host: '127.0.0.1', port: 0, authority, http: createServer() },
      onConnection: (socket) => {
        seen.push(socket.remoteAddress ?? '');
        return !isSilent;
      },
      onTlsError: (error) => onTlsError(error),
    });
    const socket = connect(quiet.port, '127.0.0.1');
    socket.end(REQUEST);
    expect(await text(socket)).toBe('');
    isSilent = false;
    const distrustful = connectTls({ host: '127.0.0.1', port: quiet.port, servername: 'localhost', ca: [] });
    await once(distrustful, 'error');
    expect((await failed).message).not.toBe('');
    expect(seen).toEqual(['127.0.0.1', '127.0.0.1']);
    await quiet.close();
  });

  it('looks for MQTT in a ClientHello for a limited time and over a limited number of bytes', async () => {
    const mqtt = { takesTls: true, accept: (connection: Duplex) => void connection.destroy() };
    const options = { host: '127.0.0.1', port: 0, authority, http: createServer(), mqtt };
    const impatient = await openPort({ ...options, handshakeTimeoutMs: 50 });
    const slow = connect(impatient.port, '127.0.0.1');
    slow.write(Buffer.from('16030140', 'hex'));
    expect(await text(slow)).toBe('');
    await impatient.close();
    // TLS gets what is too long to be looked at, and says what is wrong with it.
    const patient = await openPort(options);
    const long = connect(patient.port, '127.0.0.1');
    const record = Buffer.concat([Buffer.from('1603014000', 'hex'), Buffer.from('01ffffff', 'hex')]);
    long.write(
      Buffer.concat(Array.from({ length: 3 }, () => Buffer.concat([record, Buffer.alloc(0x4000 - 4)]))),
    );
    expect((await buffer(long))[0]).toBe(0x15);
    await patient.close();
  });

  it('says which address was in use', async () => {
    const http = createServer();
    await expect(openPort({ host: '127.0.0.1', port: port.port, authority, http })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});

describe('the authority', () => {
  it('is made once and kept, its key for the owner alone', async () => {
    const again = await openAuthority(dir);
    expect(again.caPem).toBe(authority.caPem);
    expect(await readFile(authority.caPath, 'utf8')).toBe(authority.caPem);
    expect((await stat(join(dir, 'ca-key.pem'))).mode & 0o777).toBe(0o600);
  });

  it('is one and the same for services that start at once in a new folder', async () => {
    const fresh = join(dir, 'fresh');
    await Promise.all(Array.from({ length: 5 }, () => openAuthority(fresh)));
    const reopened = await openAuthority(fresh);
    const leaf = await reopened.leaf('localhost');
    expect(leaf.certificatePem).toContain(await readFile(join(fresh, 'ca.pem'), 'utf8'));
  });
});
