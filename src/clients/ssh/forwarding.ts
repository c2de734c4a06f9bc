import { connect } from 'node:net';
import type { Connection, TcpipRequestInfo } from 'ssh2';
import type { Logger } from '../logger.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Answers requests for port forwarding (`ssh -L`): to this machine's loopback only. */
export function allowLoopbackForwarding(connection: Connection, logger: Logger): void {
  connection.on('tcpip', (accept, reject, info: TcpipRequestInfo) => {
    const target = `${info.destIP}:${info.destPort}`;
    if (!LOOPBACK.test(info.destIP)) {
      logger.warn({ target }, 'port forwarding refused: only loopback addresses are allowed');
      reject();
      return;
    }
    const socket = connect({ host: info.destIP, port: info.destPort, allowHalfOpen: true, noDelay: true });
    const refused = (): void => reject();
    socket.once('error', refused);
    socket.once('connect', () => {
      socket.removeListener('error', refused);
      const channel = accept();
      const end = (): void => {
        socket.destroy();
        channel.end();
      };
      socket.on('error', end);
      channel.on('error', end);
      channel.on('close', () => socket.destroy());
      channel.pipe(socket).pipe(channel);
    });
  });
}
