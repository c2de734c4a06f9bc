import type { FaultKind } from '../kind.js';
import { bandwidth } from './bandwidth.js';
import { corruptLength } from './corrupt_length.js';
import { corruptPayload } from './corrupt_payload.js';
import { down } from './down.js';
import { dropFrame } from './drop_frame.js';
import { duplicateFrame } from './duplicate_frame.js';
import { ignorePings } from './ignore_pings.js';
import { latency } from './latency.js';
import { limitData } from './limit_data.js';
import { noServiceIds } from './no_service_ids.js';
import { reframe } from './reframe.js';
import { rejectHandshake } from './reject_handshake.js';
import { reorderFrames } from './reorder_frames.js';
import { resendServiceIds } from './resend_service_ids.js';
import { resetPeer } from './reset_peer.js';
import { sessionReset } from './session_reset.js';
import { slicer } from './slicer.js';
import { slowClose } from './slow_close.js';
import { staleStreamId } from './stale_stream_id.js';
import { streamReset } from './stream_reset.js';
import { timeout } from './timeout.js';
import { truncateFrame } from './truncate_frame.js';
import { unknownField } from './unknown_field.js';
import { unknownType } from './unknown_type.js';

/** Every kind of fault. Faults of the transport come first. */
export const FAULT_KINDS: readonly FaultKind[] = [
  latency,
  bandwidth,
  slowClose,
  timeout,
  resetPeer,
  slicer,
  limitData,
  down,
  rejectHandshake,
  reframe,
  dropFrame,
  duplicateFrame,
  reorderFrames,
  corruptPayload,
  corruptLength,
  truncateFrame,
  staleStreamId,
  unknownType,
  unknownField,
  sessionReset,
  streamReset,
  resendServiceIds,
  noServiceIds,
  ignorePings,
];
