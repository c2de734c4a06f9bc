export { answerConnect, refuseForwarding } from './connect-proxy.js';
