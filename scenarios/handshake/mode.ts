import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/mode',
  title: 'The mode is named and matches the side of the token',
  rules: ['H2', 'H4'],
  role: 'client',
  versions: 'any',
  why: 'A missing or wrong local-proxy-mode is refused.',
  run: async (stage) => {
    const { handshake } = await stage.client.connects();
    const { mode } = handshake;
    stage.check(mode !== undefined, 'H2', 'it did not send local-proxy-mode');
    stage.check(
      mode === 'source' || mode === 'destination',
      'H2',
      'local-proxy-mode is neither mode',
      `${mode}`,
    );
    stage.check(
      mode === stage.role,
      'H4',
      'local-proxy-mode does not match the side of its token',
      `${mode}`,
    );
  },
});
