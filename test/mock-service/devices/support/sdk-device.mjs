// A device on AWS's own SDK: subscribes to the topic and prints each message. Arguments: version, port, CA, topic and, if it
// has one, certificate and key.
import { iot, mqtt, mqtt5 } from 'aws-iot-device-sdk-v2';

const [version, port, ca, topic, cert, key] = process.argv.slice(2);
const say = (what) => console.log(what);

if (version === '5') {
  const { AwsIotMqtt5ClientConfigBuilder: Builder } = iot;
  const builder =
    cert === undefined
      ? Builder.newDirectMqttBuilderWithCustomAuth('localhost', { username: 'anybody' })
      : Builder.newDirectMqttBuilderWithMtlsFromPath('localhost', cert, key);
  builder.withCertificateAuthorityFromPath(undefined, ca).withPort(Number(port));
  builder.withConnectProperties({ clientId: `lamp-${version}-${port}`, keepAliveIntervalSeconds: 60 });
  const client = new mqtt5.Mqtt5Client(builder.build());
  client.on('error', (error) => say(`error ${error}`));
  client.on('connectionFailure', ({ error }) => say(`failed ${error}`));
  client.on('messageReceived', ({ message }) => say(`got ${Buffer.from(message.payload)}`));
  client.on('connectionSuccess', async () => {
    await client.subscribe({ subscriptions: [{ topicFilter: topic, qos: mqtt5.QoS.AtLeastOnce }] });
    say('subscribed');
  });
  client.start();
} else {
  const { AwsIotMqttConnectionConfigBuilder: Builder } = iot;
  const builder =
    cert === undefined ? Builder.new_default_builder() : Builder.new_mtls_builder_from_path(cert, key);
  builder.with_certificate_authority_from_path(undefined, ca).with_endpoint('localhost');
  builder.with_port(Number(port)).with_client_id(`lamp-${version}-${port}`).with_clean_session(true);
  const connection = new mqtt.MqttClient().new_connection(builder.build());
  connection.on('message', (_topic, payload) => say(`got ${Buffer.from(payload)}`));
  await connection.connect();
  await connection.subscribe(topic, mqtt.QoS.AtLeastOnce);
  say('subscribed');
}
