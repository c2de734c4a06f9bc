import { CommanderError } from 'commander';
import { ClientError, reasonOf } from '../clients/errors.js';
import { ServiceError } from '../mock-service/kit/index.js';
// This file is imported directly: the service's index takes a second to load, and most commands do not need it.
import { printable } from '../protocol/index.js';

/** Exit statuses of every command. */
export const EXIT = { success: 0, failure: 1, usage: 2 } as const;

/**
 * A wrong option, file or environment variable. The exit status is 2. The message names the option and says what to do.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const USAGE_CODES = new Set(['INVALID_OPTION', 'INVALID_MAPPING', 'CA_UNREADABLE']);

export function exitStatusOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof CommanderError) return EXIT.usage;
  if (error instanceof ClientError || error instanceof ServiceError) {
    return USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failure;
  }
  return EXIT.failure;
}

/** An error's message for people. */
export function describeError(error: unknown): string {
  if (!(error instanceof CommanderError)) return reasonOf(error);
  const text = error.message.replace(/^error: /, '');
  // Commander repeats the whole argument, and the text after '=' or after a short option's letter may be a token.
  if (error.code === 'commander.unknownOption') {
    const option = /^unknown option '(--[^=']+|-[^-'])/.exec(text)?.[1] ?? '-';
    return `unknown option '${option}'`;
  }
  return text;
}

const LONGEST_ERROR = 2000;

/** Makes an error one line, even if it quotes text of several lines. */
export function oneLine(text: string): string {
  return printable(text.trim().replace(/\s*[\r\n]+\s*/g, ' '), LONGEST_ERROR);
}
