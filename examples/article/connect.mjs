// Step 1 of the article: join a tunnel as one side, with the access token in a header.
// node connect.mjs ws://localhost:8443 source TOKEN
import WebSocket from 'ws';

const [endpoint, mode, token] = process.argv.slice(2);
const socket = new WebSocket(`${endpoint}/tunnel?local-proxy-mode=${mode}`, 'aws.iot.securetunneling-2.0', {
  headers: { 'access-token': token },
});
socket.on('open', () => {
  console.log(`${mode} is connected`);
  socket.close();
});
socket.on('unexpected-response', (_request, response) => {
  console.error(`refused: ${response.statusCode}`);
  process.exit(1);
});
