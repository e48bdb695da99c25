{{/* What is wrong with what runs, how many of it, and what looks at it. */}}
{{- define "tocsin.validateWorkload" -}}
{{- $mode := .Values.config.trigger.mode -}}
{{- $ends := has $mode (list "available-now" "once") -}}
{{- $kind := .Values.workload.kind -}}
{{- if and $ends (eq $kind "Deployment") -}}
{{- fail (printf "workload.kind = Deployment: with config.trigger.mode = %s the program ends by itself; must be Job or CronJob" $mode) -}}
{{- end -}}
{{- if and (not $ends) (ne $kind "Deployment") -}}
{{- fail (printf "workload.kind = %s: with config.trigger.mode = %s the program never ends; must be Deployment, or config.trigger.mode available-now or once" $kind $mode) -}}
{{- end -}}
{{- if ne $kind "Deployment" -}}
{{- range $key, $on := dict
  "autoscaling.enabled" .Values.autoscaling.enabled
  "keda.enabled" .Values.keda.enabled
  "podDisruptionBudget.enabled" .Values.podDisruptionBudget.enabled
  "ingress.enabled" .Values.ingress.enabled
  "serviceMonitor.enabled" .Values.serviceMonitor.enabled -}}
{{- if $on -}}
{{- fail (printf "%s = true: must be false with workload.kind = %s" $key $kind) -}}
{{- end -}}
{{- end -}}
{{- if gt (int .Values.replicaCount) 1 -}}
{{- fail (printf "replicaCount = %d: must be 1 with workload.kind = %s" (int .Values.replicaCount) $kind) -}}
{{- end -}}
{{- end -}}
{{- if lt (int (include "tocsin.gracePeriod" .)) (int .Values.drainSeconds) -}}
{{- fail (printf "terminationGracePeriodSeconds = %s: must be drainSeconds (%d) or more, else a batch is cut off" (include "tocsin.gracePeriod" .) (int .Values.drainSeconds)) -}}
{{- end -}}
{{- end }}

{{- define "tocsin.validateNetwork" -}}
{{- with .Values.service.nodePort -}}
{{- if eq $.Values.service.type "ClusterIP" -}}
{{- fail (printf "service.nodePort = %d: must not be set with service.type = ClusterIP; that has no port on the nodes" (int .)) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.hosts is empty, and ingress.enabled = true needs a host" -}}
{{- end -}}
{{- if and .Values.networkPolicy.enabled (eq .Values.kafka.sasl.mechanism "OAUTHBEARER") (not .Values.networkPolicy.extraEgress) -}}
{{- fail (printf "networkPolicy.extraEgress is empty, and kafka.sasl.mechanism = OAUTHBEARER needs a rule that lets pods reach kafka.sasl.oauth.tokenEndpointUrl = %s" .Values.kafka.sasl.oauth.tokenEndpointUrl) -}}
{{- end -}}
{{- end }}

{{- define "tocsin.validateScaling" -}}
{{- if and .Values.autoscaling.enabled .Values.keda.enabled -}}
{{- fail "autoscaling.enabled and keda.enabled are both true: two autoscalers would pull at one Deployment; one of them must be false" -}}
{{- end -}}
{{- if .Values.autoscaling.enabled -}}
{{- if gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas) -}}
{{- fail (printf "autoscaling.minReplicas = %d: must not exceed autoscaling.maxReplicas (%d)" (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if not (or .Values.autoscaling.targetCPUUtilizationPercentage .Values.autoscaling.targetMemoryUtilizationPercentage .Values.autoscaling.metrics) -}}
{{- fail "autoscaling.enabled = true needs a target: autoscaling.targetCPUUtilizationPercentage, .targetMemoryUtilizationPercentage or .metrics" -}}
{{- end -}}
{{- end -}}
{{- if .Values.keda.enabled -}}
{{- $keda := .Values.keda -}}
{{- if gt (int $keda.minReplicaCount) (int $keda.maxReplicaCount) -}}
{{- fail (printf "keda.minReplicaCount = %d: must not exceed keda.maxReplicaCount (%d)" (int $keda.minReplicaCount) (int $keda.maxReplicaCount)) -}}
{{- end -}}
{{- if not (or $keda.lag.enabled $keda.fileBacklog.enabled $keda.triggers) -}}
{{- fail "keda.enabled = true needs a trigger: keda.lag.enabled, keda.fileBacklog.enabled or keda.triggers" -}}
{{- end -}}
{{- if and $keda.lag.enabled (not .Values.config.source.kafka.enabled) -}}
{{- fail "keda.lag.enabled = true: must be false with config.source.kafka.enabled = false" -}}
{{- end -}}
{{- if and $keda.lag.enabled (lt (int $keda.lag.activationThreshold) 1) -}}
{{- fail (printf "keda.lag.activationThreshold = %d: must be 1 or more; markers of transactions count as lag, so it never falls to 0" (int $keda.lag.activationThreshold)) -}}
{{- end -}}
{{- if and $keda.lag.enabled (not $keda.lag.authenticationRef) (or .Values.kafka.sasl.jaasConfigKey (and .Values.kafka.tls.truststore.existingSecret (ne .Values.kafka.tls.truststore.type "PEM")) (and .Values.kafka.tls.keystore.existingSecret (ne .Values.kafka.tls.keystore.type "PEM"))) -}}
{{- fail "keda.lag.authenticationRef is not set: KEDA reads no sasl.jaas.config and no stores other than PEM; must name a TriggerAuthentication" -}}
{{- end -}}
{{- if and $keda.lag.enabled .Values.kafka.tls.enabled (not .Values.kafka.tls.verifyHostname) (not (hasKey $keda.lag.metadata "unsafeSsl")) -}}
{{- fail "keda.lag.metadata.unsafeSsl is not set, and kafka.tls.verifyHostname = false needs it: KEDA checks names, or with \"true\" no certificate at all" -}}
{{- end -}}
{{- if $keda.fileBacklog.enabled -}}
{{- if not .Values.config.source.directory.path -}}
{{- fail "keda.fileBacklog.enabled = true: must be false without config.source.directory.path" -}}
{{- end -}}
{{- if not $keda.fileBacklog.serverAddress -}}
{{- fail "keda.fileBacklog.serverAddress is not set, and keda.fileBacklog.enabled = true needs it: where Prometheus answers" -}}
{{- end -}}
{{- if not (or .Values.serviceMonitor.enabled .Values.podMonitor.enabled $keda.fileBacklog.metadata.query) -}}
{{- fail "keda.fileBacklog.enabled = true: needs the labels that serviceMonitor.enabled or podMonitor.enabled gives to series, or a keda.fileBacklog.metadata.query of your own" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.config.source.directory.path (lt (int $keda.minReplicaCount) 1) -}}
{{- fail "keda.minReplicaCount = 0: must be 1 or more with config.source.directory.path; without a pod nobody sees files" -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "tocsin.validateMonitoring" -}}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled -}}
{{- fail "serviceMonitor.enabled and podMonitor.enabled are both true: every series would be there twice; one of them must be false" -}}
{{- end -}}
{{- $known := list -}}
{{- range (.Files.Get "monitoring/rules.yaml" | fromYaml).groups -}}
{{- range .rules -}}
{{- with .alert }}{{ $known = append $known . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- range $name, $change := .Values.prometheusRule.alerts -}}
{{- if not (has $name $known) -}}
{{- fail (printf "prometheusRule.alerts.%s: there is no such alert; must be one of %s" $name (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- end }}
