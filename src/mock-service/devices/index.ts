export { payloadOf, topicOf } from './notification.js';
export { Notifier, type NotifierOptions } from './notifier.js';
