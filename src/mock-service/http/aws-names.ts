const REGION = '[a-z]{2}(?:-[a-z]+)+-\\d{1,2}';
/** Classic names, China's, and the dual-stack names. */
const SUFFIX = '(?:amazonaws\\.com(?:\\.cn)?|api\\.aws|api\\.amazonwebservices\\.com\\.cn)';
const SERVICE = '(?:(?:api|data)\\.tunneling\\.iot|iot|sts)(?:-fips)?';
const NAME = new RegExp(`^(?:${SERVICE}\\.${REGION}\\.${SUFFIX}|sts\\.amazonaws\\.com)$`);

/** Whether a host name in lower case is AWS's tunneling, IoT or STS of any region, all of which the service stands in for. */
export function isAwsName(name: string): boolean {
  return NAME.test(name);
}
