export { mqttEntrance, mqttUpgrade } from './entrance.js';
export { payloadOf, topicOf } from './notification.js';
export { Notifier, type NotifierOptions } from './notifier.js';
