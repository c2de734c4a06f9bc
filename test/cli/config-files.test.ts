import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfigDir, readConfigFile } from '../../src/cli/proxy-options/files.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const read = (content: string | Buffer) => {
  const path = folder.file('proxy.conf');
  writeFileSync(path, content);
  return readConfigFile(path);
};

describe('a configuration file of a local proxy', () => {
  it.each([
    ['comments behind a value', 'region = us-east-1 # ours\n# mode = x\nca=/a.pem#b\n'],
    ['Windows line ends and a byte order mark', '\uFEFFregion = us-east-1\r\nca = /a.pem\r\n'],
    ['sections, blank lines and old Macintosh line ends', '[proxy]\r\rregion=us-east-1\r  ca  =  /a.pem'],
  ])('is read with %s', (_what, content) => {
    expect(read(content)).toEqual({ region: 'us-east-1', ca: '/a.pem' });
  });

  it.each([
    ['no-ssl-host-verify =', false],
    ['no-ssl-host-verify = true', false],
    ['no-ssl-host-verify = off', true],
  ])('has a switch: %s', (line, sslHostVerify) => {
    expect(read(line)).toEqual({ sslHostVerify });
  });

  it.each([
    ['UTF-16 of Windows', Buffer.from('\uFEFFregion = x', 'utf16le'), /it is UTF-16; save it as UTF-8/],
    ['no text', Buffer.from([0x72, 0xff, 0x3d]), /it is not UTF-8 text/],
    ['an option without its value', 'ca = /a.pem\nregion = # none\n', /line 2: 'region' has no value/],
    ['a verbosity that is none', 'verbose = loud', /line 1: verbose 'loud' is not valid/],
    ['a line that is no option', 'region', /line 1: 'region' is not an option with a value/],
  ])('with %s is refused with a reason', (_what, content, reason) => {
    expect(() => read(content)).toThrow(reason);
  });
});

it('mapping files are read in the same way', () => {
  const maps = temporaryFolder();
  writeFileSync(maps.file('a.ini'), '\uFEFFSSH = 22 # the shell\r\nHTTP=80\r\n');
  expect(readConfigDir(maps.path)).toEqual(
    new Map([
      ['SSH', '22'],
      ['HTTP', '80'],
    ]),
  );
  maps[Symbol.dispose]();
});
