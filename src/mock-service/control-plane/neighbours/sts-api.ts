import { partitionOf } from '../../../protocol/index.js';
import type { Answer, WholeRequest } from '../../http/index.js';
import type { Api, ApiContext } from '../api.js';
import { ApiError } from '../errors.js';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
/** The ARN that AWS returns for an account owner who signs with root credentials. */
const rootArn = (region: string, accountId: string) =>
  `arn:${partitionOf(region).name}:iam::${accountId}:root`;

/** STS in the query protocol. It has only GetCallerIdentity, for scripts that ask for their own account. */
export const stsApi: Api = {
  signingNames: ['sts'],

  answer(request: WholeRequest, { region, accountId, requestId }: ApiContext): Answer {
    const action = new URLSearchParams(request.body.toString()).get('Action');
    if (action !== 'GetCallerIdentity') {
      const what = `Could not find operation ${String(action).slice(0, 100)}; the mock's STS has only GetCallerIdentity`;
      throw new ApiError('InvalidAction', what);
    }
    const result = `<Arn>${rootArn(region, accountId)}</Arn><UserId>${accountId}</UserId><Account>${accountId}</Account>`;
    return xmlResponse(
      200,
      requestId,
      `<GetCallerIdentityResponse xmlns="${NAMESPACE}">` +
        `<GetCallerIdentityResult>${result}</GetCallerIdentityResult>` +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>` +
        '</GetCallerIdentityResponse>',
    );
  },

  refuse({ code, message, status }: ApiError, requestId: string): Answer {
    return xmlResponse(
      status,
      requestId,
      `<ErrorResponse xmlns="${NAMESPACE}">` +
        `<Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>` +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  },
};

function xmlResponse(status: number, requestId: string, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }, body };
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escapes text for XML. Control characters are not allowed in XML and are dropped. */
function escapeXml(text: string): string {
  return text.replace(/\p{Cc}/gu, '').replace(/[&<>]/g, (character) => ENTITIES[character] ?? '');
}
