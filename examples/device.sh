#!/usr/bin/env bash
# A shell on a device as in production, but without AWS. The AWS CLI opens a tunnel, MQTT notifies the device, an agent
# on the device joins, and ssh uses a local proxy. The arguments of this script are those of ssh.
set -euo pipefail
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$work"' EXIT
testbed() { exec node dist/src/cli/main.js "$@"; } # the built command, here in a clone
wait_for() { until [ -s "$work/$1" ]; do sleep 0.1; done; }

# The service, with a broker for its devices.
testbed serve --port 0 --mqtt-port "${MQTT_PORT:-1883}" --ready-file "$work/ready.json" &
wait_for ready.json
endpoint=$(node -p "require('$work/ready.json').endpoint")
ca=$(node -p "require('$work/ready.json').caPath")

# The device: its agent serves each tunnel of which MQTT notifies it, with the SSH server of this machine.
testbed agent --thing lamp -d "SSH=${SSH_PORT:-22}" -e "$endpoint" --ca "$ca" \
  --mqtt-url "mqtt://localhost:${MQTT_PORT:-1883}" >"$work/agent" &
wait_for agent

# You: the unmodified AWS CLI. `exec` sets the environment variables that make it use the service.
AWSIOT_TUNNEL_ACCESS_TOKEN=$(testbed exec --ready-file "$work/ready.json" -- \
  aws iotsecuretunneling open-tunnel --destination-config thingName=lamp,services=SSH \
  --query sourceAccessToken --output text)
export AWSIOT_TUNNEL_ACCESS_TOKEN
testbed source -e "$endpoint" --ca "$ca" -s "SSH=${LOCAL_PORT:-5555}" >"$work/source" &
wait_for source

ssh -p "${LOCAL_PORT:-5555}" "$@"
