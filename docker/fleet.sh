# The simulated fleet of docker/compose.yaml: devices that send to the topic, and files that are dropped into a directory.
# About one reading in forty is hot, and now and then a line is cut.
set -euo pipefail

reading() {
  local device=$1 temperature=$((60 + RANDOM % 40)).$((RANDOM % 10))
  ((RANDOM % 40)) || temperature=$((101 + RANDOM % 9)).$((RANDOM % 10))
  local line
  line=$(printf '{"deviceId":"%s-%02d","timestamp":"%(%Y-%m-%dT%H:%M:%SZ)T","temperature":%s}' "$device" $((RANDOM % 12 + 1)) -1 "$temperature")
  ((RANDOM % 500)) || line=${line:0:20}
  echo "$line"
}

files() {
  local n=0
  while sleep 4; do
    n=$((n + 1))
    for _ in $(seq 40); do reading south; done >"$DIRECTORY/.south-$n.json"
    mv "$DIRECTORY/.south-$n.json" "$DIRECTORY/south-$(date +%s)-$n.json"
  done
}

files &
while reading north && sleep 0.05; do :; done |
  "${KAFKA_BIN:-/opt/kafka/bin}/kafka-console-producer.sh" --bootstrap-server "$BOOTSTRAP_SERVERS" --topic "$TOPIC"
