import { isAwsHost } from '../../../protocol/index.js';
import type { Answer, WholeRequest } from '../../http/index.js';
import type { Api, ApiContext } from '../api.js';
import { ApiError } from '../errors.js';
import { restJson } from './rest-json.js';
import { thingsApi } from './things-api.js';

/** The values of `endpointType` that AWS IoT documents. The first is the default. */
const ENDPOINT_TYPES = ['iot:Data', 'iot:Data-ATS', 'iot:CredentialProvider', 'iot:Jobs'];
/** The host in a Host header: an address in brackets or anything without a colon, then perhaps a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{0,5})?$/i;

/**
 * IoT's DescribeEndpoint, which device scripts call first. The answer is the host name of the request, because the
 * embedded broker listens there too. If that is a name of AWS, the answer is `localhost`.
 */
export const endpointApi: Api = {
  signingNames: thingsApi.signingNames,

  answer({ method, url, headers }: WholeRequest, { requestId }: ApiContext): Answer {
    if (method !== 'GET') {
      throw new ApiError('MethodNotAllowedException', `${method} /endpoint is not allowed; use GET`, 405);
    }
    const type = new URL(url, 'http://localhost').searchParams.get('endpointType') ?? ENDPOINT_TYPES[0]!;
    if (!ENDPOINT_TYPES.includes(type)) {
      const what = `endpointType '${type.slice(0, 128)}' is not known; use one of ${ENDPOINT_TYPES.join(', ')}`;
      throw new ApiError('InvalidRequestException', what);
    }
    const host = HOST.exec(headers.host ?? '')?.[1]?.toLowerCase() ?? 'localhost';
    return restJson(200, requestId, { endpointAddress: isAwsHost(host) ? 'localhost' : host });
  },

  refuse: thingsApi.refuse,
};
