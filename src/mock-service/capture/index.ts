/** Recordings of what crossed the wire: written by the service, read by everybody (docs/captures.md). */
export { type CaptureOptions, Captures, type StartedCapture } from './captures.js';
export { describeEntry, describeFields } from './describe-entry.js';
export { CaptureError, type CaptureErrorCode } from './errors.js';
export { CAPTURE_FORMAT, CAPTURE_VERSION, type CaptureHeader, type MessageFields } from './format.js';
export { bytesOf, describeFrame, fromFields, toFields } from './frame-fields.js';
export { exportPcapng } from './pcapng/export.js';
export {
  type Capture,
  type CapturedEvent,
  type CapturedFrame,
  type CaptureEntry,
  looksLikeCapture,
  readCapture,
} from './reader.js';
export { DEFAULT_MAX_CAPTURE_BYTES, Recorder, type RecorderOptions } from './recorder.js';
export { redact } from './redact.js';
export { type CaptureSink, MemorySink, openFileSink } from './sink.js';
