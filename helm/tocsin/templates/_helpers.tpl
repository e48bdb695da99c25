{{/* Names and labels. */}}
{{- define "tocsin.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "tocsin.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "tocsin.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "tocsin.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "tocsin.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tocsin.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Of the pod of `helm test`, which no selector of the release may take for Tocsin's. */}}
{{- define "tocsin.testLabels" -}}
app.kubernetes.io/name: {{ include "tocsin.name" . | trunc 58 | trimSuffix "-" }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end }}

{{- define "tocsin.labels" -}}
{{- $own := dict
  "app.kubernetes.io/name" (include "tocsin.name" .)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/part-of" "tocsin"
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_") -}}
{{- toYaml (merge $own .Values.commonLabels) -}}
{{- end }}

{{/* The metadata of an object: (list $ suffix labels annotations). Its own labels count more than those of all objects. */}}
{{- define "tocsin.metadata" -}}
{{- $root := index . 0 -}}
{{- $name := include "tocsin.fullname" $root -}}
name: {{ if index . 1 }}{{ printf "%s-%s" $name (index . 1) }}{{ else }}{{ $name }}{{ end }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- merge (dict) (index . 2) (include "tocsin.labels" $root | fromYaml) | toYaml | nindent 2 }}
{{- with merge (dict) (index . 3) $root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "tocsin.serviceAccountName" -}}
{{- default (ternary (include "tocsin.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end }}

{{- define "tocsin.image" -}}
{{- $image := .Values.image -}}
{{- $repository := ternary (printf "%s/%s" $image.registry $image.repository) $image.repository (ne $image.registry "") -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end }}

{{/* What follows from the values. Each is "true" or empty. */}}
{{- define "tocsin.isDeployment" -}}
{{- if eq .Values.workload.kind "Deployment" }}true{{ end -}}
{{- end }}

{{- define "tocsin.usesKafka" -}}
{{- if or .Values.config.source.kafka.enabled .Values.config.sink.kafka.enabled }}true{{ end -}}
{{- end }}

{{/* Whether a journal on disk is the truth, for one instance at a time. */}}
{{- define "tocsin.usesJournal" -}}
{{- $config := .Values.config -}}
{{- if and (not $config.sink.kafka.enabled) (or $config.sink.file.directory $config.source.directory.path) }}true{{ end -}}
{{- end }}

{{/* Whether one instance at a time may run: a journal, or alert files, belong to one. */}}
{{- define "tocsin.runsAlone" -}}
{{- if or (include "tocsin.usesJournal" .) .Values.config.sink.file.directory }}true{{ end -}}
{{- end }}

{{/* Whether some volume can be mounted by the pods of one node only. */}}
{{- define "tocsin.hasVolumeOfOneNode" -}}
{{- range $name, $storage := .Values.storage -}}
{{- if and (or $storage.claim $storage.existingClaim) (not (include "tocsin.isShared" $storage)) }}true{{ end -}}
{{- end -}}
{{- end }}

{{- define "tocsin.accessModes" -}}
{{- if .claim -}}
{{- default (list "ReadWriteOnce") .claim.accessModes | toJson -}}
{{- else -}}
{{- default (list "ReadWriteOnce") .accessModes | toJson -}}
{{- end -}}
{{- end }}

{{- define "tocsin.isShared" -}}
{{- $modes := include "tocsin.accessModes" . | fromJsonArray -}}
{{- if or (has "ReadWriteMany" $modes) (and .readOnly (has "ReadOnlyMany" $modes)) }}true{{ end -}}
{{- end }}

{{/* The most pods that may run at once. */}}
{{- define "tocsin.mostReplicas" -}}
{{- if not (include "tocsin.isDeployment" .) -}}
1
{{- else if .Values.autoscaling.enabled -}}
{{- .Values.autoscaling.maxReplicas -}}
{{- else if .Values.keda.enabled -}}
{{- .Values.keda.maxReplicaCount -}}
{{- else -}}
{{- .Values.replicaCount -}}
{{- end -}}
{{- end }}

{{- define "tocsin.strategy" -}}
{{- if .Values.workload.deployment.strategy -}}
{{- toYaml .Values.workload.deployment.strategy -}}
{{- else if or (include "tocsin.runsAlone" .) (include "tocsin.hasVolumeOfOneNode" .) -}}
type: Recreate
{{- else -}}
type: RollingUpdate
rollingUpdate:
  maxSurge: 1
  maxUnavailable: 0
{{- end -}}
{{- end }}

{{- define "tocsin.gracePeriod" -}}
{{- if kindIs "invalid" .Values.terminationGracePeriodSeconds -}}
{{- add (int .Values.drainSeconds) 6 -}}
{{- else -}}
{{- int .Values.terminationGracePeriodSeconds -}}
{{- end -}}
{{- end }}

{{- define "tocsin.securityProtocol" -}}
{{- $sasl := ne .Values.kafka.sasl.mechanism "" -}}
{{- if and $sasl .Values.kafka.tls.enabled -}}
SASL_SSL
{{- else if $sasl -}}
SASL_PLAINTEXT
{{- else if .Values.kafka.tls.enabled -}}
SSL
{{- else -}}
PLAINTEXT
{{- end -}}
{{- end }}
