/** HTTP as all rooms use it: requests and their bodies, answers, routes, the server behind the port. */
export { declineUpgrade } from './decline-upgrade.js';
export {
  type ApiRequest,
  type ApiResponse,
  type HttpHandler,
  pathOf,
  readBody,
  receiveBody,
} from './exchange.js';
export { answerAndEnd, headOf, plainRefusal, type RawAnswer } from './raw-answer.js';
export { RequestBytes } from './request-bytes.js';
export { handleHealth, type Routes, sendJson, serveRoutes, type UpgradeHandler } from './routes.js';
export { createHttpServer, type HttpServerOptions } from './server.js';
export { writeResponse } from './write-response.js';
