import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** A scenario file that cannot be used. `code` is stable. */
export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
  readonly code = 'INVALID_SCENARIO';
}

interface TsxApi {
  tsImport(specifier: string, parent: string): Promise<unknown>;
}

/**
 * The default export of a file. Node loads TypeScript if it can remove types itself (22.18 and later). Otherwise the
 * `tsx` of the project that contains the file loads it.
 * @throws {ScenarioFileError} naming the file, and what to do about it.
 */
export async function importDefault(path: string): Promise<unknown> {
  const loaded = await load(path).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof ScenarioFileError) throw error;
    const hint =
      error.code === 'ERR_MODULE_NOT_FOUND' && error.message.includes("'tunnel-testbed'")
        ? '; install tunnel-testbed in the project that the file belongs to'
        : '';
    throw new ScenarioFileError(`${path} cannot be loaded: ${error.message}${hint}`);
  });
  const { default: exported } = loaded as { default?: unknown };
  // In a project without `type: module`, TypeScript is loaded as CommonJS, with the export one level deeper.
  const isWrapped = typeof exported === 'object' && exported !== null && '__esModule' in exported;
  return isWrapped ? (exported as { default?: unknown }).default : exported;
}

async function load(path: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  try {
    return await import(url);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!/\.m?ts$/.test(path) || code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw error;
    return (await tsxBeside(path)).tsImport(url, url);
  }
}

async function tsxBeside(path: string): Promise<TsxApi> {
  let found: string;
  try {
    found = createRequire(path).resolve('tsx/esm/api');
  } catch {
    throw new ScenarioFileError(
      `${path}: Node ${process.version} cannot run TypeScript; install tsx in its project (npm install --save-dev tsx),  ` +
        'use Node 22.18 or later, or compile it to JavaScript',
    );
  }
  // `require` finds the CommonJS version, which cannot load TypeScript as ES modules.
  return (await import(pathToFileURL(found.replace(/\.cjs$/, '.mjs')).href)) as TsxApi;
}
