import type { Answer, WholeRequest } from '../http/index.js';
import type { Api, ApiContext } from './api.js';
import { ApiError } from './errors.js';
import { OPERATIONS } from './operations/index.js';
import { readJson } from './read-json.js';

const CONTENT_TYPE = 'application/x-amz-json-1.1';
const TARGET_PREFIX = 'IoTSecuredTunneling.';

/** IoT Secure Tunneling itself: AWS JSON 1.1 (docs/protocol.md#the-control-plane). */
export const tunnelingApi: Api = {
  signingNames: ['IoTSecuredTunneling'],

  answer(request: WholeRequest, context: ApiContext): Answer {
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : undefined;
    const operation = name === undefined ? undefined : OPERATIONS.get(name);
    if (operation === undefined) {
      const what = `X-Amz-Target '${target.slice(0, 140)}' names no operation; known are ${[...OPERATIONS.keys()].join(', ')}`;
      throw new ApiError('UnknownOperationException', what);
    }
    checkContentType(request.headers['content-type']);
    return jsonResponse(200, context.requestId, operation.run(readJson(request.body), context));
  },

  refuse(error: ApiError, requestId: string): Answer {
    const { code, message, status } = error;
    const response = jsonResponse(status, requestId, JSON.stringify({ __type: code, message }));
    return { ...response, headers: { ...response.headers, 'x-amzn-errortype': code } };
  },
};

function checkContentType(contentType = ''): void {
  if (contentType === CONTENT_TYPE) return;
  if (contentType.split(';', 1)[0]?.trim().toLowerCase() === CONTENT_TYPE) return;
  const what = `content-type is '${contentType.slice(0, 140)}'; send ${CONTENT_TYPE}`;
  throw new ApiError('UnsupportedMediaTypeException', what, 415);
}

function jsonResponse(status: number, requestId: string, body: string): Answer {
  return {
    status,
    headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId },
    body,
  };
}
