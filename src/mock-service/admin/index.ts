/** The admin API: HTTP + JSON under `/admin/` (docs/admin-api.md). */
export { AdminApi, type AdminApiOptions, MAX_ADMIN_BODY_BYTES } from './admin-api.js';
export { ADMIN_ERRORS, type AdminErrorCode } from './errors.js';
export { Metrics } from './metrics.js';
export { openApiDocument } from './openapi.js';
export { ROUTES } from './routes/index.js';
