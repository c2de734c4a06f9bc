import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../clients/errors.js';
import { UsageError } from '../errors.js';
import { CONFIG_FILE_OPTIONS, type ProxyFlags, parseVerbosity } from './definitions.js';

const MAX_FILE_BYTES = 1024 * 1024;
const DEFAULT_CONFIG_DIR = 'config';
/** Options that are on where the file gives them without a value. */
const SWITCHES: ReadonlySet<string> = new Set(['sslHostVerify']);

/** Reads a file that an option names. @throws {UsageError}; its message has the option, the path and the reason. */
export function readOptionFile(option: string, path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`);
    return textOf(readFileSync(path));
  } catch (error) {
    throw new UsageError(`${option} '${path}' cannot be read: ${reasonOf(error)}; give a readable file`);
  }
}

/** @throws {Error} for UTF-16, which editors on Windows write, and for bytes that are no text. */
function textOf(bytes: Buffer): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) throw new Error('it is UTF-16; save it as UTF-8');
  if (!isUtf8(bytes)) throw new Error('it is not UTF-8 text');
  return bytes.toString().replace(/^\uFEFF/, '');
}

/** Reads a `--config` file: the long names of options and their values. */
export function readConfigFile(path: string): ProxyFlags {
  const flags: Record<string, string | number | boolean> = {};
  for (const { key, value, line } of iniLines(readOptionFile('--config', path))) {
    const name = CONFIG_FILE_OPTIONS.get(key);
    const where = `--config '${path}' line ${line}`;
    if (name !== undefined && value === '' && !SWITCHES.has(name)) {
      throw new UsageError(`${where}: '${key}' has no value; write one, or leave the line out`);
    }
    if (name === undefined || value === undefined) {
      throw new UsageError(`${where}: '${key}' is not an option with a value; write long-name = value`);
    }
    if (flags[name] !== undefined) throw new UsageError(`${where}: '${key}' is given more than once`);
    if (name === 'sslHostVerify') flags[name] = !/^(true|yes|on|1|)$/i.test(value);
    else if (name === 'verbose') flags[name] = verbosity(value, where);
    else flags[name] = value;
  }
  return flags;
}

/**
 * Reads the service mappings in all files of a folder, recursively. If a service has several entries, the first one
 * counts. If no folder is given, it reads the `.ini` files of `./config`, if there is such a folder.
 */
export function readConfigDir(given: string | undefined): Map<string, string> | undefined {
  const mapping = new Map<string, string>();
  const files = given === undefined ? listFiles(DEFAULT_CONFIG_DIR, true) : listFiles(given, false);
  if (files.length === 0 && given !== undefined) {
    throw new UsageError(
      `--config-dir '${given}' is missing, empty or not a folder; give a folder with mapping files`,
    );
  }
  for (const file of files) {
    if (given === undefined && !file.endsWith('.ini')) continue;
    for (const { key, value } of iniLines(readOptionFile('--config-dir', file))) {
      if (value !== undefined && !mapping.has(key)) mapping.set(key, value);
    }
  }
  return mapping.size === 0 ? undefined : mapping;
}

function listFiles(folder: string, optional: boolean): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if (optional) return [];
    throw new UsageError(
      `--config-dir '${folder}' cannot be read: ${reasonOf(error)}; give a readable folder`,
    );
  }
}

function verbosity(value: string, where: string): number {
  try {
    return parseVerbosity(value);
  } catch {
    throw new UsageError(`${where}: verbose '${value.slice(0, 40)}' is not valid; give 0 (off) to 6 (trace)`);
  }
}

/** Lines as the reference local proxy reads them: a `#` begins a comment wherever it stands, and `[section]` is passed over. */
function iniLines(text: string): { key: string; value: string | undefined; line: number }[] {
  return text.split(/\r\n|\n|\r/).flatMap((raw, index) => {
    const content = raw.replace(/#.*/, '').trim();
    if (content === '' || /^[;[]/.test(content)) return [];
    const at = content.indexOf('=');
    const key = (at < 0 ? content : content.slice(0, at)).trim();
    return [{ key, value: at < 0 ? undefined : content.slice(at + 1).trim(), line: index + 1 }];
  });
}
