import { z } from 'zod';
import { type Immutable, ServiceError } from '../kit/index.js';
import { fitServiceIds, MAX_SERVICE_IDS } from '../rules/index.js';

const text = z.string();

/** The fields for opening a tunnel, as JSON. All are optional. {@link checkOpenInput} says which values are allowed. */
export const openTunnelSchema = z.strictObject({
  /**
   * Ids of the tunnel's services: 1–128 characters of `[a-zA-Z0-9:_-]` each. At most 1000, all different, and all must
   * fit in one SERVICE_IDS message.
   */
  services: z.array(text).optional(),
  description: text.optional(),
  thingName: text.optional(),
  tags: z.record(text, text).optional(),
  /** In minutes, 1 to 720. Default 720. */
  maxLifetimeMinutes: z.number().optional(),
  /** The region in the ARN. Default: the service's own region. */
  region: text.optional(),
  /** Tokens to use instead of random ones, for tests that have to know them beforehand. */
  sourceAccessToken: text.optional(),
  destinationAccessToken: text.optional(),
});

type OpenTunnelJson = Immutable<z.infer<typeof openTunnelSchema>>;

/** The fields for opening a tunnel from a program. */
export interface OpenTunnelInput extends Omit<OpenTunnelJson, 'tags'> {
  readonly tags?: ReadonlyMap<string, string> | undefined;
}

/** What a rotation may change besides the tokens (destinationConfig of RotateTunnelAccessToken), and tokens to use. */
export interface RotateInput extends Pick<OpenTunnelJson, 'services' | 'thingName'>, GivenTokens {}

export type GivenTokens = Pick<OpenTunnelJson, 'sourceAccessToken' | 'destinationAccessToken'>;

/** The characters of a service's or thing's name, as AWS's error messages write them, and its longest length. */
export const NAME_PATTERN = '[a-zA-Z0-9:_-]+';
export const LONGEST_NAME = 128;
export const LONGEST_LIFETIME_MINUTES = 720;
export const SHORTEST_LIFETIME_MINUTES = 1;

const REGION = /^[a-z0-9-]{1,64}$/;
const NAME = new RegExp(`^${NAME_PATTERN}$`);
/**
 * Characters that a cookie may hold unquoted (RFC 6265 4.1.1). The length leaves room for the rest of a handshake (H5).
 */
const TOKEN = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,3000}$/;

/** @throws {ServiceError} INVALID_OPTION; its message names the field. */
export function checkOpenInput(input: OpenTunnelInput): void {
  checkServices(input.services ?? []);
  if (input.thingName !== undefined) checkName('thingName', input.thingName);
  checkRegion(input.region);
  checkLifetime(input.maxLifetimeMinutes ?? LONGEST_LIFETIME_MINUTES);
  checkGivenTokens(input);
}

/** @throws {ServiceError} INVALID_OPTION if there are too many, or an id is malformed or repeated. */
export function checkServices(services: readonly string[]): void {
  if (services.length > MAX_SERVICE_IDS) {
    throw invalid(`${services.length} services are too many for a tunnel; name at most ${MAX_SERVICE_IDS}`);
  }
  const seen = new Set<string>();
  for (const service of services) {
    checkName('service', service);
    if (seen.has(service)) throw invalid(`service '${service}' is given twice; name each service once`);
    seen.add(service);
  }
  if (fitServiceIds(services)) return;
  const what = `the ids of ${services.length} services do not fit one SERVICE_IDS (S1)`;
  throw invalid(`${what}; name fewer, or give them shorter ids`);
}

/** @throws {ServiceError} INVALID_OPTION; its message never holds a token. */
export function checkGivenTokens({ sourceAccessToken, destinationAccessToken }: GivenTokens): void {
  checkGivenToken('sourceAccessToken', sourceAccessToken);
  checkGivenToken('destinationAccessToken', destinationAccessToken);
  if (sourceAccessToken !== undefined && sourceAccessToken === destinationAccessToken) {
    throw invalid('sourceAccessToken and destinationAccessToken are the same; give each side its own');
  }
}

function checkGivenToken(option: string, token: string | undefined): void {
  if (token === undefined || TOKEN.test(token)) return;
  throw invalid(
    `${option} must be 1 to 3000 printable ASCII characters without space, quote, comma, ; or \\`,
  );
}

export function checkName(field: string, value: string): void {
  if (value.length <= LONGEST_NAME && NAME.test(value)) return;
  throw invalid(`${field} '${value.slice(0, 140)}' is not valid; use 1 to 128 of a-z A-Z 0-9 : _ -`);
}

function checkRegion(region: string | undefined): void {
  if (region === undefined || REGION.test(region)) return;
  throw invalid(`region '${region.slice(0, 70)}' is not valid; use a name such as us-east-1`);
}

function checkLifetime(minutes: number): void {
  const whole = Number.isInteger(minutes);
  if (whole && minutes >= SHORTEST_LIFETIME_MINUTES && minutes <= LONGEST_LIFETIME_MINUTES) return;
  const range = `${SHORTEST_LIFETIME_MINUTES} to ${LONGEST_LIFETIME_MINUTES}`;
  throw invalid(`maxLifetimeMinutes ${minutes} is not valid; give a whole number from ${range}`);
}

function invalid(what: string): ServiceError {
  return new ServiceError('INVALID_OPTION', what);
}
