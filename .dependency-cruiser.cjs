// Who may import whom (docs/design.md). An arrow never points up; two rooms on one floor never import each other.
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|scenarios|bench|test)/', pathNot: [from, ...allowed] },
});

const floor1 = '^src/protocol/';
const floor2 = ['^src/mock-service/', '^src/clients/'];
const floor3 = ['^src/scenario-runner/', '^src/recordings/', '^src/ui/', '^src/testcontainers/'];

module.exports = {
  forbidden: [
    only('protocol-imports-nothing-of-ours', floor1, []),
    ...floor2.map((room) => only(`${room.slice(5, -1)}-imports-only-protocol`, room, [floor1])),
    ...floor3.map((room) => only(`${room.slice(5, -1)}-imports-floors-1-and-2`, room, [floor1, ...floor2])),
    only('vitest-imports-floors-1-to-3', '^src/vitest/', [floor1, ...floor2, ...floor3]),
    only('scenarios-import-the-runner-and-below', '^scenarios/', [floor1, ...floor2, ...floor3]),
    only('cli-imports-nothing-of-tests', '^src/cli/', [
      floor1,
      ...floor2,
      ...floor3,
      '^scenarios/',
      '^bench/',
    ]),
    {
      name: 'protocol-runs-in-a-browser',
      severity: 'error',
      from: { path: floor1 },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-circles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
};
