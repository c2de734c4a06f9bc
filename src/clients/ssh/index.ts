/** SSH for tunnels: a server that needs no installed program, and a client that needs no TCP port. */
export { generateSshKey, type SshKey } from './keys.js';
export { type SshServerOptions, type StartedSshServer, startSshServer } from './server.js';
export { type SshOverTunnelOptions, sshOverTunnel } from './ssh-over-tunnel.js';
