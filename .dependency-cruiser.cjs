const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

// Who may import whom (docs/design.md): floors, where an arrow never points up, and rooms with doors.
const foldersIn = (folder) => {
  const path = join(__dirname, folder);
  if (!existsSync(path)) return [];
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
};
const hasDoor = (folder) => existsSync(join(__dirname, folder, 'index.ts'));

/** A room may import what is allowed, itself, and packages. */
const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|scenarios|bench|test)/', pathNot: [from, ...allowed] },
});

// The floors of the house. Rooms that do not stand yet are those that an open issue builds: ui, load, testcontainers.
const protocol = '^src/protocol/';
const twoReadings = ['^src/mock-service/', '^src/clients/'];
const users = ['scenario-runner', 'recordings', 'ui', 'load', 'testcontainers'].map(
  (room) => `^src/${room}/`,
);

// The floors of the service, from the lowest. Its own files (options, service, …) join the rooms and stand on top.
const serviceFloors = [
  ['kit', 'certificates'],
  ['rules'],
  ['tunnels'],
  ['http', 'port'],
  ['data-plane'],
  ['control-plane', 'browser-auth', 'connect-proxy', 'devices'],
  ['faults', 'capture'],
  ['admin'],
];
const serviceRoom = (room) => `^src/mock-service/${room}/`;
const serviceRules = serviceFloors.flatMap((floor, height) => {
  const below = serviceFloors.slice(0, height).flat().map(serviceRoom);
  return floor.map((room) =>
    only(`service-${room}-imports-only-lower-floors`, serviceRoom(room), [protocol, ...below]),
  );
});
const builtRooms = foldersIn('src/mock-service').map((folder) => folder.split('/').at(-1));
for (const room of builtRooms) {
  if (!serviceFloors.flat().includes(room)) throw new Error(`Say on which floor src/mock-service/${room} is`);
}

// A folder with an index.ts is a room, and that file its door: from outside nobody imports anything else of it but the
// doors of rooms within it, and what package.json exports.
const rooms = foldersIn('src')
  .flatMap((folder) => [folder, ...foldersIn(folder)])
  .filter(hasDoor);
const { exports: published = {} } = require(join(__dirname, 'package.json'));
const publishedFiles = Object.values(published).flatMap(({ types = '' }) =>
  types.startsWith('./dist/src/') ? [`^${types.slice('./dist/'.length).replace(/\.d\.ts$/, '\\.ts$')}`] : [],
);
const sideDoors = [
  ...publishedFiles,
  // The command line loads the clients' errors alone: most commands need nothing else of the clients.
  '^src/clients/errors\\.ts$',
  // bench/codec measures the generated code itself.
  '^src/protocol/reference/generated/',
];
const doors = rooms.map((room) => ({
  name: `door-of-${room.slice('src/'.length).replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: '^(src|scenarios|bench)/', pathNot: `^${room}/` },
  to: { path: `^${room}/`, pathNot: [`^${room}/index\\.ts$`, `^${room}/[^/]+/index\\.ts$`, ...sideDoors] },
}));

module.exports = {
  forbidden: [
    only('protocol-imports-nothing-of-ours', protocol, []),
    ...twoReadings.map((room) => only(`${room.slice(5, -1)}-imports-only-protocol`, room, [protocol])),
    ...users.map((room) =>
      only(`${room.slice(5, -1)}-imports-floors-1-and-2`, room, [protocol, ...twoReadings]),
    ),
    only('vitest-imports-floors-1-to-3', '^src/vitest/', [protocol, ...twoReadings, ...users]),
    only('scenarios-import-the-runner-and-below', '^scenarios/', [protocol, ...twoReadings, ...users]),
    only('cli-imports-nothing-of-tests', '^src/cli/', [
      ...[protocol, ...twoReadings, ...users],
      ...['^scenarios/', '^bench/'],
    ]),
    ...serviceRules,
    ...doors,
    {
      name: 'protocol-runs-in-a-browser',
      severity: 'error',
      from: { path: protocol },
      to: { dependencyTypes: ['core'] },
    },
    {
      // Imports of types alone count too: they tie what a reader must hold in mind together.
      name: 'no-circles',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
};
