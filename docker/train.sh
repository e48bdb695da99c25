# The training run of docker/Dockerfile.jvm: files to alert files, and a consumer that finds no broker. Writes the cache to $1:
# classes without profiles of methods, because to compile at the start what these tell of holds up the start itself.
set -eu
work=$(mktemp -d)
cd "$work"
mkdir in alerts
i=0
while [ $i -lt 2000 ]; do
  i=$((i + 1))
  printf '{"deviceId": "device-%d", "timestamp": "2025-10-10T12:01:00Z", "temperature": %d.5}\n' $i $((i % 110))
done >in/data.json
echo 'no reading' >in/rejects.json

java -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput="$1" -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=0 -Dkafka.bootstrap.servers=127.0.0.1:1 \
  -Dtocsin.sink.kafka.enabled=false -Dtocsin.source.directory.path=in -Dtocsin.sink.file.directory=alerts \
  -Dtocsin.sink.console.format=none -jar /app/quarkus-run.jar &
tocsin=$!
for _ in $(seq 240); do
  [ -z "$(find alerts -name 'alerts-*.json')" ] || break
  kill -0 $tocsin
  sleep 0.25
done
[ -n "$(find alerts -name 'alerts-*.json')" ]
kill -TERM $tocsin
wait $tocsin
[ -s "$1" ]
rm -rf "$work"
