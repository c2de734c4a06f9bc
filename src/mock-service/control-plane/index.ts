export { ControlPlane, type ControlPlaneOptions, MAX_REQUEST_BYTES } from './control-plane.js';
export { type KeyPair, keyPairSchema } from './signature/verify.js';
