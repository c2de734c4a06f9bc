// Step 3 of the article: what a page does. A preflight, the token as a cookie, then a WebSocket with the cookie alone.
// node cookie.mjs http://localhost:8443 SOURCE_TOKEN
import WebSocket from 'ws';

const [service, token] = process.argv.slice(2);
const origin = 'http://localhost:4200';

const preflight = await fetch(`${service}/set-cookie`, {
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  },
});
if (preflight.headers.get('access-control-allow-origin') !== origin)
  throw new Error('the preflight was refused');

const answer = await fetch(`${service}/set-cookie`, {
  method: 'POST',
  headers: { origin, 'content-type': 'application/json' },
  body: JSON.stringify({ token }),
});
if (!answer.ok) throw new Error(`the cookie was refused: ${answer.status}`);
const [cookie] = answer.headers.getSetCookie()[0].split(';');

const socket = new WebSocket(
  `${service.replace('http', 'ws')}/tunnel?local-proxy-mode=source`,
  'aws.iot.securetunneling-2.0',
  { headers: { cookie, origin } },
);
socket.on('open', () => {
  console.log('source is connected by cookie');
  socket.close();
});
