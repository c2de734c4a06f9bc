/** HTTP for all rooms: requests and their bodies, answers, routes, and the HTTP server. */
export { AllowedOrigins } from './allowed-origins.js';
export { type Answer, jsonAnswer, refusal, textAnswer } from './answer.js';
export { answerSocket, headOf } from './answer-socket.js';
export { declineUpgrade } from './decline-upgrade.js';
export { openEventStream, type SendEvent } from './event-stream.js';
export { isOfForeignPage, isOriginOf } from './foreign-page.js';
export { isLoopback } from './loopback.js';
export { isOfThisMachine, OwnNames } from './own-names.js';
export { type HttpHandler, pathOf, readBody, receiveBody, type WholeRequest } from './request.js';
export { RequestBytes } from './request-bytes.js';
export { handleHealth, type Routes, serveRoutes, type UpgradeHandler } from './routes.js';
export { createHttpServer, type HttpServer, type HttpServerOptions } from './server.js';
export { writeAnswer } from './write-answer.js';
