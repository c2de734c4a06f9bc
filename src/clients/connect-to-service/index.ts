export { type ConnectToServiceOptions, connectToService } from './connect-to-service.js';
