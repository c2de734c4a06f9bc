export { CookieApi, type CookieApiOptions, DEFAULT_COOKIE_PATH } from './cookie-api.js';
export type { CookieAttributes } from './token-cookie.js';
