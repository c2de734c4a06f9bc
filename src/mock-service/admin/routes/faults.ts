import { z } from 'zod';
import { type FaultKind, faultChangeSchema, faultSpecSchema } from '../../faults/index.js';
import { AdminError } from '../errors.js';
import { defineRoute } from '../route.js';
import * as schemas from '../schemas.js';

export const faultRoutes = [
  defineRoute({
    method: 'GET',
    path: '/admin/fault-types',
    id: 'listFaultTypes',
    summary: 'Every kind of fault, with the JSON schema of its attributes',
    answers: { 200: z.object({ types: z.array(schemas.faultKind) }) },
    handle: (_request, { faults }) => ({ status: 200, body: { types: faults.kinds.map(kindView) } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/faults',
    id: 'listFaults',
    summary: 'Faults that are installed, in the order they were added',
    answers: { 200: z.object({ faults: z.array(schemas.fault) }) },
    handle: (_request, { faults }) => ({ status: 200, body: { faults: faults.list() } }),
  }),
  defineRoute({
    method: 'POST',
    path: '/admin/faults',
    id: 'addFault',
    summary: 'Installs a fault',
    body: faultSpecSchema,
    answers: { 201: schemas.fault },
    errors: ['FAULT_TYPE_UNKNOWN', 'FAULT_INVALID', 'FAULT_EXISTS', 'TUNNEL_NOT_FOUND', 'LIMIT_EXCEEDED'],
    handle: ({ body }, { faults }) => ({ status: 201, body: faults.add(body) }),
  }),
  defineRoute({
    method: 'GET',
    path: '/admin/faults/{name}',
    id: 'getFault',
    summary: 'One fault',
    answers: { 200: schemas.fault },
    errors: ['FAULT_NOT_FOUND'],
    handle: ({ params }, { faults }) => {
      const fault = faults.get(params.name!);
      if (fault === undefined) throw new AdminError('FAULT_NOT_FOUND');
      return { status: 200, body: fault };
    },
  }),
  defineRoute({
    method: 'PATCH',
    path: '/admin/faults/{name}',
    id: 'changeFault',
    summary: 'Changes toxicity or attributes. Fields that are not given stay the same',
    body: faultChangeSchema,
    answers: { 200: schemas.fault },
    errors: ['FAULT_NOT_FOUND', 'FAULT_INVALID'],
    handle: ({ params, body }, { faults }) => ({ status: 200, body: faults.update(params.name!, body) }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/admin/faults/{name}',
    id: 'removeFault',
    summary: 'Removes a fault. Frames that it holds are sent, unless its purpose is to lose them',
    answers: { 204: undefined },
    errors: ['FAULT_NOT_FOUND'],
    handle: ({ params }, { faults }) => {
      faults.remove(params.name!);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/admin/faults',
    id: 'clearFaults',
    summary: 'Removes all faults',
    answers: { 204: undefined },
    handle: (_request, { faults }) => {
      faults.clear();
      return { status: 204 };
    },
  }),
];

function kindView({ type, summary, per, attributes }: FaultKind): z.infer<typeof schemas.faultKind> {
  return { type, summary, per, attributes: z.toJSONSchema(attributes, { io: 'input' }) };
}
