import { join } from 'node:path';
import ts from 'typescript';
import tsconfig from '../../tsconfig.json' with { type: 'json' };

const root = new URL('../..', import.meta.url).pathname;
const { options } = ts.convertCompilerOptionsFromJson(tsconfig.compilerOptions, root);
const index = join(root, 'src/scenario-runner/scenarios.ts');

/** The members of the vocabulary's classes that are for scenarios, as `Class.member`; verbs with parentheses. */
export function vocabularyOf(classes: readonly string[]): string[] {
  const program = ts.createProgram([index], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(index)!)!;
  const exported = new Map(checker.getExportsOfModule(module).map((each) => [each.name, each]));
  return classes.flatMap((name) => {
    const symbol = exported.get(name);
    if (symbol === undefined) throw new Error(`${name} is not exported`);
    const aliased = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const type = checker.getDeclaredTypeOfSymbol(aliased);
    return checker
      .getPropertiesOfType(type)
      .filter((member) => isForScenarios(member))
      .map(
        (member) =>
          `${name}.${member.name}${checker.getTypeOfSymbol(member).getCallSignatures().length > 0 ? '()' : ''}`,
      );
  });
}

function isForScenarios(member: ts.Symbol): boolean {
  const isHidden = member.getJsDocTags().some(({ name }) => name === 'internal' || name === 'deprecated');
  return !isHidden && !member.name.startsWith('#') && !member.name.startsWith('__');
}
