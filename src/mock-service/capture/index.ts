/** Recordings of the bytes on the wire. The service writes them here; `src/recordings` reads them (docs/captures.md). */
export { type CaptureOptions, Captures, captureSchema, type StartedCapture } from './captures.js';
export {
  CAPTURE_FORMAT,
  CAPTURE_VERSION,
  type CaptureHeader,
  type EventLine,
  endLineSchema,
  eventLineSchema,
  type FrameLine,
  frameLineSchema,
  headerSchema,
  type MessageFields,
  messageFieldsSchema,
  truncatedLineSchema,
} from './format.js';
export { bytesOf, describeFrame, fromFields, toFields } from './frame-fields.js';
export { DEFAULT_MAX_CAPTURE_BYTES, Recorder, type RecorderOptions } from './recorder.js';
export { redact } from './redact.js';
export { type CaptureSink, MemorySink, openFileSink } from './sink.js';
