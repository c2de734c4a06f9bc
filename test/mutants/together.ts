import { encodeFrame, type Message } from '../../src/protocol/index.js';
import type { ClientFrame } from '../../src/scenario-runner/wire/client-frames.js';
import type { Hooks, Mutant, Passed, Way } from './mutant.js';

/** One client with the faults of several mutants: what crosses the wire passes through each of them in turn. */
export function together(id: string, mutants: readonly Mutant[]): Mutant {
  return {
    id,
    breaks: mutants.map(({ breaks }) => breaks).join('; '),
    rules: [mutants[0]!.rules[0], ...mutants.flatMap(({ rules }) => rules)],
    hooks: (wire) => {
      const all = mutants
        .filter(({ roles }) => roles?.includes(wire.role) ?? true)
        .map(({ hooks }) => hooks(wire));
      return {
        request: (head) => all.forEach(({ request }) => void request?.(head)),
        response: (head) => all.forEach(({ response }) => void response?.(head)),
        refused: (status) => first(all, ({ refused }) => refused?.(status)),
        up: inTurn(all.map(({ up }) => up)),
        down: inTurn(all.map(({ down }) => down)),
        lost: () => all.some(({ lost }) => lost?.() === true),
        gone: () => all.some(({ gone }) => gone?.() === true),
      };
    },
  };
}

function first<T>(all: readonly Hooks[], ask: (hooks: Hooks) => T | undefined): T | undefined {
  for (const hooks of all) {
    const answer = ask(hooks);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function inTurn(ways: readonly (Way | undefined)[]): Way {
  const frames = ways.map((way) => way?.frame).filter((each) => each !== undefined);
  const messages = ways.map((way) => way?.message).filter((each) => each !== undefined);
  const unparsable = ways.map((way) => way?.unparsable).find((each) => each !== undefined);
  return {
    ...(frames.length > 0 && {
      frame: (frame: ClientFrame) =>
        frames.reduce<readonly ClientFrame[]>((parts, edit) => parts.flatMap(edit), [frame]),
    }),
    ...(messages.length > 0 && {
      message: (value: Message, raw: Uint8Array) => {
        const start: readonly (Message | Uint8Array)[] = [value];
        const parts = messages.reduce(
          (before, edit) =>
            before.flatMap((part) =>
              // Bytes as they are were made by a mutant before: nobody edits them again.
              part instanceof Uint8Array
                ? [part]
                : listOf(edit(part, part === value ? raw : encodeFrame(part))),
            ),
          start,
        );
        return parts.map((part) => (part === value ? raw : part));
      },
    }),
    ...(unparsable !== undefined && { unparsable }),
  };
}

function listOf(passed: Passed): readonly (Message | Uint8Array)[] {
  if (passed === null) return [];
  return passed instanceof Uint8Array || !Array.isArray(passed) ? [passed as Message] : passed;
}
