export { CookieApi, type CookieApiOptions, DEFAULT_COOKIE_PATH } from './cookie-api.js';
export { type CookieAttributes, cookieSchema } from './token-cookie.js';
