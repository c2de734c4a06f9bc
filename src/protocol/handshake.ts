/** Names of the handshake (docs/protocol.md#the-handshake), shared by the service and its clients. */

/** Path of the data plane (H1). */
export const TUNNEL_PATH = '/tunnel';
/** Query parameter that names the side (H2). */
export const MODE_PARAMETER = 'local-proxy-mode';
/** Header that carries the access token (H3). */
export const ACCESS_TOKEN_HEADER = 'access-token';
/** Cookie that carries the access token (H3). */
export const ACCESS_TOKEN_COOKIE = 'awsiot-tunnel-token';
/** Header that carries the optional client token (H7). */
export const CLIENT_TOKEN_HEADER = 'client-token';
/** Response header that identifies a connection (H10). */
export const CHANNEL_ID_HEADER = 'channel-id';
/** Response header that says why a tunnel cannot be used. */
export const STATUS_REASON_HEADER = 'x-status-reason';
/** What a client token looks like (H7). */
export const CLIENT_TOKEN_PATTERN = /^[a-zA-Z0-9-]{32,128}$/;
