{{/* What is wrong with the way to the brokers. */}}
{{- define "tocsin.validateKafka" -}}
{{- $kafka := .Values.kafka -}}
{{- if include "tocsin.usesKafka" . -}}
{{- if not $kafka.bootstrapServers -}}
{{- fail "kafka.bootstrapServers is not set: host:port of a broker, or config.source.kafka.enabled = false and config.sink.kafka.enabled = false" -}}
{{- end -}}
{{- range $server := splitList "," $kafka.bootstrapServers -}}
{{- if not (regexMatch "^([A-Za-z0-9.-]+|\\[[0-9a-fA-F:]+\\]):[0-9]{1,5}$" (trim $server)) -}}
{{- fail (printf "kafka.bootstrapServers = %s: must be host:port, with commas between them" $kafka.bootstrapServers) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key, $value := $kafka.properties -}}
{{- if regexMatch "(password|jaas|secret|keystore\\.key|private)" $key -}}
{{- fail (printf "kafka.properties.%s: credentials do not belong into a ConfigMap; must come from a secret, by kafka.sasl, kafka.tls or extraEnv" $key) -}}
{{- end -}}
{{- if has $key (list "bootstrap.servers" "security.protocol" "sasl.mechanism") -}}
{{- fail (printf "kafka.properties.%s: is set by kafka.bootstrapServers, kafka.sasl and kafka.tls" $key) -}}
{{- end -}}
{{- end -}}
{{- $sasl := $kafka.sasl -}}
{{- if and $sasl.mechanism (not $sasl.existingSecret) -}}
{{- fail (printf "kafka.sasl.existingSecret is not set, and kafka.sasl.mechanism = %s needs it" $sasl.mechanism) -}}
{{- end -}}
{{- if and (eq $sasl.mechanism "OAUTHBEARER") (not $sasl.oauth.tokenEndpointUrl) -}}
{{- fail "kafka.sasl.oauth.tokenEndpointUrl is not set, and kafka.sasl.mechanism = OAUTHBEARER needs it" -}}
{{- end -}}
{{- if and (not $kafka.tls.enabled) (or $kafka.tls.truststore.existingSecret $kafka.tls.keystore.existingSecret) -}}
{{- fail "kafka.tls.enabled = false: must be true with a truststore or keystore" -}}
{{- end -}}
{{- end }}
