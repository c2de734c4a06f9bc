const REGION = '[a-z]{2}(?:-[a-z]+)+-\\d{1,2}';
/** Classic names, China's, and the dual-stack names. */
const SUFFIX = '(?:amazonaws\\.com(?:\\.cn)?|api\\.aws|api\\.amazonwebservices\\.com\\.cn)';
const SERVICE = '(?:(?:api|data)\\.tunneling\\.iot|iot|sts)(?:-fips)?';
const NAMES = `${SERVICE}\\.${REGION}\\.${SUFFIX}|sts\\.amazonaws\\.com`;
const AUTHORITY = new RegExp(`^(${NAMES}):443$`, 'i');

/** The host of a CONNECT request's `host:port` if it is AWS's tunneling, IoT or STS of any region, on port 443. */
export function allowedHost(authority: string): string | undefined {
  return AUTHORITY.exec(authority)?.[1]?.toLowerCase();
}
