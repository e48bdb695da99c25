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
{{- range $form, $by := include "tocsin.kafkaPropertiesOfTheChart" $ | fromYaml -}}
{{- if regexMatch $form $key -}}
{{- fail (printf "kafka.properties.%s: is set by %s" $key $by) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- include "tocsin.validateLogin" $kafka.sasl -}}
{{- include "tocsin.validateTls" $kafka.tls -}}
{{- end }}

{{/* What kafka.properties cannot set, by pattern, and what sets it. */}}
{{- define "tocsin.kafkaPropertiesOfTheChart" -}}
^bootstrap\.servers$: kafka.bootstrapServers
^security\.protocol$: kafka.sasl and kafka.tls
^sasl\.mechanism$: kafka.sasl.mechanism
{{- if eq .Values.kafka.sasl.mechanism "OAUTHBEARER" }}
^sasl\.(oauthbearer\.token\.endpoint\.url|login\.callback\.handler\.class)$: kafka.sasl.oauth
{{- end }}
{{- with .Values.kafka.tls }}
{{- if .truststore.existingSecret }}
^ssl\.truststore\.: kafka.tls.truststore
{{- end }}
{{- if .keystore.existingSecret }}
^ssl\.keystore\.: kafka.tls.keystore
{{- end }}
{{- if not .verifyHostname }}
^ssl\.endpoint\.identification\.algorithm$: kafka.tls.verifyHostname
{{- end }}
{{- end }}
{{- end }}

{{- define "tocsin.validateLogin" -}}
{{- range $key := list "existingSecret" "username" "jaasConfigKey" -}}
{{- if and (index $ $key) (not $.mechanism) -}}
{{- fail (printf "kafka.sasl.%s = %s: is used only with kafka.sasl.mechanism, and without it nobody logs in" $key (index $ $key)) -}}
{{- end -}}
{{- end -}}
{{- range $key := list "tokenEndpointUrl" "scope" -}}
{{- if and (index $.oauth $key) (ne $.mechanism "OAUTHBEARER") -}}
{{- fail (printf "kafka.sasl.oauth.%s = %s: is used only with kafka.sasl.mechanism = OAUTHBEARER" $key (index $.oauth $key)) -}}
{{- end -}}
{{- end -}}
{{- if and .mechanism (not .existingSecret) -}}
{{- fail (printf "kafka.sasl.existingSecret is not set, and kafka.sasl.mechanism = %s needs it" .mechanism) -}}
{{- end -}}
{{- if and (eq .mechanism "OAUTHBEARER") (not .oauth.tokenEndpointUrl) -}}
{{- fail "kafka.sasl.oauth.tokenEndpointUrl is not set, and kafka.sasl.mechanism = OAUTHBEARER needs it" -}}
{{- end -}}
{{- include "tocsin.mustMatch" (list "kafka.sasl.oauth.tokenEndpointUrl" .oauth.tokenEndpointUrl "(?i)^((https?://|file:/).+)?$" "a URL with its scheme, such as https://id.example.com/token") -}}
{{- range $key, $text := dict "kafka.sasl.username" .username "kafka.sasl.oauth.scope" .oauth.scope -}}
{{- include "tocsin.mustMatch" (list $key $text "^([^\"\\\\\n$]|[$]([^\"\\\\\n${(]|$))*$" "without '\"', '\\', '$$', '$(' and '${', which would be read as something else") -}}
{{- end -}}
{{- end }}

{{- define "tocsin.validateTls" -}}
{{- if and (not .enabled) (or .truststore.existingSecret .keystore.existingSecret) -}}
{{- fail "kafka.tls.enabled = false: must be true with a truststore or keystore" -}}
{{- end -}}
{{- if and .truststore.existingSecret .truststore.passwordKey (eq .truststore.type "PEM") -}}
{{- fail (printf "kafka.tls.truststore.passwordKey = %s: must be empty with kafka.tls.truststore.type = PEM, which has no password" .truststore.passwordKey) -}}
{{- end -}}
{{- if and .keystore.existingSecret (not .keystore.passwordKey) (ne .keystore.type "PEM") -}}
{{- fail (printf "kafka.tls.keystore.passwordKey is not set, and kafka.tls.keystore.type = %s needs it" .keystore.type) -}}
{{- end -}}
{{- end }}
