{{/* A value of a properties file. The program splits lists at commas, of which one may be meant. */}}
{{- define "tocsin.propertyValue" -}}
{{- if kindIs "slice" . -}}
{{- $elements := list -}}
{{- range . -}}
{{- $elements = append $elements (. | replace "\\" "\\\\" | replace "," "\\,") -}}
{{- end -}}
{{- include "tocsin.propertyValue" (join "," $elements) -}}
{{- else if kindIs "string" . -}}
{{- . | replace "\\" "\\\\" | replace "\n" "\\n" | replace "\r" "\\r" -}}
{{- else -}}
{{- toJson . -}}
{{- end -}}
{{- end }}

{{/* The lines of a tree: (list prefix tree). What is empty is not set. */}}
{{- define "tocsin.properties" -}}
{{- $prefix := index . 0 -}}
{{- range $key, $value := index . 1 -}}
{{- $name := printf "%s.%s" $prefix $key -}}
{{- if kindIs "map" $value -}}
{{- include "tocsin.properties" (list $name $value) -}}
{{- else if not (or (kindIs "invalid" $value) (and (kindIs "string" $value) (eq $value "")) (and (kindIs "slice" $value) (empty $value))) }}
{{ $name }}={{ include "tocsin.propertyValue" $value }}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Kafka's settings that are no secret. */}}
{{- define "tocsin.kafkaProperties" -}}
{{- $kafka := .Values.kafka -}}
{{- $settings := dict "bootstrap.servers" $kafka.bootstrapServers "security.protocol" (include "tocsin.securityProtocol" .) -}}
{{- with $kafka.sasl.mechanism -}}
{{- $_ := set $settings "sasl.mechanism" . -}}
{{- if eq . "OAUTHBEARER" -}}
{{- $_ := set $settings "sasl.oauthbearer.token.endpoint.url" $kafka.sasl.oauth.tokenEndpointUrl -}}
{{- $_ := set $settings "sasl.login.callback.handler.class" "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler" -}}
{{- end -}}
{{- end -}}
{{- if $kafka.tls.enabled -}}
{{- if not $kafka.tls.verifyHostname -}}
{{- $_ := set $settings "ssl.endpoint.identification.algorithm" " " -}}
{{- end -}}
{{- if $kafka.tls.truststore.existingSecret -}}
{{- $_ := set $settings "ssl.truststore.type" $kafka.tls.truststore.type -}}
{{- $_ := set $settings "ssl.truststore.location" (printf "/etc/tocsin/truststore/%s" $kafka.tls.truststore.key) -}}
{{- end -}}
{{- if $kafka.tls.keystore.existingSecret -}}
{{- $_ := set $settings "ssl.keystore.type" $kafka.tls.keystore.type -}}
{{- if ne $kafka.tls.keystore.type "PEM" -}}
{{- $_ := set $settings "ssl.keystore.location" (printf "/etc/tocsin/keystore/%s" $kafka.tls.keystore.key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- include "tocsin.properties" (list "kafka" (merge $settings $kafka.properties)) -}}
{{- end }}

{{- define "tocsin.applicationProperties" -}}
{{- include "tocsin.properties" (list "tocsin" .Values.config) -}}
{{- if include "tocsin.usesKafka" . -}}
{{- include "tocsin.kafkaProperties" . -}}
{{- end -}}
{{- include "tocsin.properties" (list "quarkus" .Values.quarkus) -}}
{{- end }}

{{/* A variable out of a secret: (list name secret key). */}}
{{- define "tocsin.secretVariable" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 2 }}
{{- end }}

{{/* The login module's line; $(NAME) is what Kubernetes puts in. */}}
{{- define "tocsin.jaasConfig" -}}
{{- $sasl := .Values.kafka.sasl -}}
{{- if eq $sasl.mechanism "OAUTHBEARER" -}}
org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="$(SASL_CLIENT_ID)" clientSecret="$(SASL_CLIENT_SECRET)"{{ with $sasl.oauth.scope }} scope="{{ . }}"{{ end }};
{{- else if eq $sasl.mechanism "PLAIN" -}}
org.apache.kafka.common.security.plain.PlainLoginModule required username="$(SASL_USERNAME)" password="$(SASL_PASSWORD)";
{{- else -}}
org.apache.kafka.common.security.scram.ScramLoginModule required username="$(SASL_USERNAME)" password="$(SASL_PASSWORD)";
{{- end -}}
{{- end }}

{{/* Kafka's settings that are secret, as variables KAFKA_*. */}}
{{- define "tocsin.kafkaEnvironment" -}}
{{- $sasl := .Values.kafka.sasl -}}
{{- if $sasl.mechanism }}
{{- if $sasl.jaasConfigKey }}
{{ include "tocsin.secretVariable" (list "KAFKA_SASL_JAAS_CONFIG" $sasl.existingSecret $sasl.jaasConfigKey) }}
{{- else if eq $sasl.mechanism "OAUTHBEARER" }}
{{ include "tocsin.secretVariable" (list "SASL_CLIENT_ID" $sasl.existingSecret $sasl.oauth.clientIdKey) }}
{{ include "tocsin.secretVariable" (list "SASL_CLIENT_SECRET" $sasl.existingSecret $sasl.oauth.clientSecretKey) }}
{{- else }}
{{- if $sasl.username }}
- name: SASL_USERNAME
  value: {{ $sasl.username | quote }}
{{- else }}
{{ include "tocsin.secretVariable" (list "SASL_USERNAME" $sasl.existingSecret $sasl.usernameKey) }}
{{- end }}
{{ include "tocsin.secretVariable" (list "SASL_PASSWORD" $sasl.existingSecret $sasl.passwordKey) }}
{{- end }}
{{- if not $sasl.jaasConfigKey }}
- name: KAFKA_SASL_JAAS_CONFIG
  value: {{ include "tocsin.jaasConfig" . | squote }}
{{- end }}
{{- end }}
{{- $tls := .Values.kafka.tls }}
{{- if $tls.enabled }}
{{- with $tls.truststore }}
{{- if and .existingSecret .passwordKey }}
{{ include "tocsin.secretVariable" (list "KAFKA_SSL_TRUSTSTORE_PASSWORD" .existingSecret .passwordKey) }}
{{- end }}
{{- end }}
{{- with $tls.keystore }}
{{- if .existingSecret }}
{{- if eq .type "PEM" }}
{{ include "tocsin.secretVariable" (list "KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN" .existingSecret .certificateKey) }}
{{ include "tocsin.secretVariable" (list "KAFKA_SSL_KEYSTORE_KEY" .existingSecret .privateKeyKey) }}
{{- if .passwordKey }}
{{ include "tocsin.secretVariable" (list "KAFKA_SSL_KEY_PASSWORD" .existingSecret .passwordKey) }}
{{- end }}
{{- else if .passwordKey }}
{{ include "tocsin.secretVariable" (list "KAFKA_SSL_KEYSTORE_PASSWORD" .existingSecret .passwordKey) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Volumes with what Kafka's clients read from files, and where they are mounted. */}}
{{- define "tocsin.kafkaVolumes" -}}
{{- $tls := .Values.kafka.tls -}}
{{- if and $tls.enabled $tls.truststore.existingSecret }}
- name: truststore
  secret:
    secretName: {{ $tls.truststore.existingSecret }}
    items:
      - key: {{ $tls.truststore.key }}
        path: {{ $tls.truststore.key }}
{{- end }}
{{- if and $tls.enabled $tls.keystore.existingSecret (ne $tls.keystore.type "PEM") }}
- name: keystore
  secret:
    secretName: {{ $tls.keystore.existingSecret }}
    items:
      - key: {{ $tls.keystore.key }}
        path: {{ $tls.keystore.key }}
{{- end }}
{{- end }}

{{- define "tocsin.kafkaMounts" -}}
{{- $tls := .Values.kafka.tls -}}
{{- if and $tls.enabled $tls.truststore.existingSecret }}
- name: truststore
  mountPath: /etc/tocsin/truststore
  readOnly: true
{{- end }}
{{- if and $tls.enabled $tls.keystore.existingSecret (ne $tls.keystore.type "PEM") }}
- name: keystore
  mountPath: /etc/tocsin/keystore
  readOnly: true
{{- end }}
{{- end }}

{{/* The volumes of storage, and where they are mounted. */}}
{{- define "tocsin.storageVolumes" -}}
{{- range $name, $storage := .Values.storage }}
- name: storage-{{ $name }}
{{- if $storage.claim }}
  persistentVolumeClaim:
    claimName: {{ printf "%s-%s" (include "tocsin.fullname" $) $name }}
{{- else if $storage.existingClaim }}
  persistentVolumeClaim:
    claimName: {{ $storage.existingClaim }}
{{- else }}
  {{- toYaml $storage.volume | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{- define "tocsin.storageMounts" -}}
{{- range $name, $storage := .Values.storage }}
- name: storage-{{ $name }}
  mountPath: {{ $storage.mountPath }}
  {{- with $storage.subPath }}
  subPath: {{ . }}
  {{- end }}
  {{- if $storage.readOnly }}
  readOnly: true
  {{- end }}
{{- end }}
{{- end }}
