# Sends a reading that meets a rule, and waits for its alert; where alerts go to the console alone, sees that Tocsin is ready.
set -euo pipefail
kafka=${KAFKA_BIN:-/opt/kafka/bin}
config=${CONFIG:-/etc/tocsin/config/application.properties}
work=$(mktemp -d)
device=helm-test-$(date +%s)-$RANDOM
deadline=$((SECONDS + TIMEOUT_SECONDS))

# What Tocsin's clients are told, for the console tools: kafka.* of the file, and the secrets of the environment, of which Tocsin
# reads $$ as $, and a properties file a backslash as the beginning of something else.
client() {
  sed -n 's/^kafka\.//p' "$config" | grep -E '^(security|sasl|ssl)\.' || true
  for name in SASL_JAAS_CONFIG SSL_TRUSTSTORE_PASSWORD SSL_KEYSTORE_CERTIFICATE_CHAIN SSL_KEYSTORE_KEY SSL_KEY_PASSWORD SSL_KEYSTORE_PASSWORD; do
    local variable=KAFKA_$name key=${name,,} value
    value=${!variable-}
    value=${value//'$$'/'$'}
    value=${value//'\'/'\\'}
    [ -z "$value" ] || printf '%s=%s\n' "${key//_/.}" "${value//$'\n'/'\n'}"
  done
}

again() {
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "no alert of $device after $TIMEOUT_SECONDS s"
    exit 1
  fi
  sleep 1
}

ready() {
  local host=${READY_URL#http://}
  exec 3<>"/dev/tcp/${host%%:*}/$(sed 's/.*:\([0-9]*\)\/.*/\1/' <<<"$READY_URL")" || return 1
  printf 'GET /%s HTTP/1.0\r\n\r\n' "${host#*/}" >&3
  grep -q '^HTTP/1.[01] 200' <&3
}

until (ready) 2>/dev/null; do again; done
echo "Tocsin is ready"

client >"$work/client.properties"
reading=$(printf '{"deviceId":"%s","timestamp":"%s","temperature":%s}' "$device" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$TEMPERATURE")
if [ -n "$TOPIC" ]; then
  "$kafka/kafka-console-producer.sh" --bootstrap-server "$BOOTSTRAP_SERVERS" --producer.config "$work/client.properties" \
    --topic "$TOPIC" <<<"$reading"
  echo "sent a reading of $device to $TOPIC"
else
  echo "$reading" >"$DIRECTORY/.$device.json"
  mv "$DIRECTORY/.$device.json" "$DIRECTORY/$device.json"
  echo "put a reading of $device into $DIRECTORY"
fi

if [ -n "$ALERTS_TOPIC" ]; then
  until "$kafka/kafka-console-consumer.sh" --bootstrap-server "$BOOTSTRAP_SERVERS" --consumer.config "$work/client.properties" \
    --topic "$ALERTS_TOPIC" --from-beginning --isolation-level read_committed --timeout-ms 5000 2>/dev/null |
    grep -F "\"$device\""; do
    again
  done
elif [ -n "$ALERTS_DIRECTORY" ]; then
  until grep -hF "\"$device\"" "$ALERTS_DIRECTORY"/alerts-*.json 2>/dev/null; do again; done
else
  echo "alerts go to the console alone: see its log"
  exit 0
fi
echo "its alert came"
