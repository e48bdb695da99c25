{{/*
What cannot work is refused here, with the value and what is allowed, and not in the pod. The schema has looked at types and
words already; what remains are forms of values, and values that do not fit together.
*/}}
{{- define "tocsin.validate" -}}
{{- include "tocsin.validateForms" . -}}
{{- include "tocsin.validateWorkload" . -}}
{{- include "tocsin.validateConfig" . -}}
{{- include "tocsin.validateStorage" . -}}
{{- include "tocsin.validateKafka" . -}}
{{- include "tocsin.validateScaling" . -}}
{{- include "tocsin.validateMonitoring" . -}}
{{- end }}

{{- define "tocsin.validateForms" -}}
{{- $config := .Values.config -}}
{{- $durations := dict
  "config.source.directory.scan-interval" (index $config.source.directory "scan-interval")
  "config.source.directory.settle" $config.source.directory.settle
  "config.source.directory.growth-window" (index $config.source.directory "growth-window")
  "config.source.directory.after-delay" (index $config.source.directory "after-delay")
  "config.ledger.retention" $config.ledger.retention
  "config.trigger.interval" $config.trigger.interval
  "config.trigger.checkpoint-interval" (index $config.trigger "checkpoint-interval") -}}
{{- range $key, $value := $durations -}}
{{- if and $value (not (regexMatch "^([0-9]{1,12} ?([mM][sS]|[sSmMhHdD]|(millisecond|second|minute|hour|day)s?)|P[0-9T].*)$" $value)) -}}
{{- fail (printf "%s = %s: must be a time such as 500ms, 30s, 10m, 2h, 7d or PT30S" $key $value) -}}
{{- end -}}
{{- end -}}
{{- $starting := index $config.source.kafka "starting-offsets" -}}
{{- $point := "(earliest|latest|[0-9]{1,18}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+))" -}}
{{- if not (regexMatch (printf "^ *(%s|([0-9]{1,9}|[*]) *= *%s( *, *([0-9]{1,9}|[*]) *= *%s)*) *$" $point $point $point) (kindIs "string" $starting | ternary $starting ($starting | toJson))) -}}
{{- fail (printf "config.source.kafka.starting-offsets = %v: must be earliest, latest, a timestamp (2025-10-10T12:00:00Z, or milliseconds since the epoch), or one for each partition, an offset too: 0=earliest,1=4711,*=latest" $starting) -}}
{{- end -}}
{{- $sizes := dict
  "config.reading.max-bytes" (index $config.reading "max-bytes")
  "config.source.directory.max-bytes-per-trigger" (index $config.source.directory "max-bytes-per-trigger") -}}
{{- range $key, $value := $sizes -}}
{{- if and (kindIs "string" $value) (not (regexMatch "^[0-9]{1,12}([KMG]i)?$" $value)) -}}
{{- fail (printf "%s = %s: must be a size such as 262144, 256Ki or 1Mi" $key $value) -}}
{{- end -}}
{{- end -}}
{{- $topics := dict
  "config.source.kafka.topic" $config.source.kafka.topic
  "config.source.kafka.group" $config.source.kafka.group
  "config.sink.kafka.alerts-topic" (index $config.sink.kafka "alerts-topic")
  "config.sink.kafka.rejects-topic" (index $config.sink.kafka "rejects-topic")
  "config.ledger.topic" $config.ledger.topic -}}
{{- range $key, $value := $topics -}}
{{- if not (regexMatch "^[a-zA-Z0-9._-]{1,249}$" $value) -}}
{{- fail (printf "%s = %s: must be 1 to 249 letters, digits, '.', '_' and '-'" $key $value) -}}
{{- end -}}
{{- end -}}
{{- range $name, $rule := $config.rules -}}
{{- if not (regexMatch "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" $name) -}}
{{- fail (printf "config.rules.%s: a rule's name is 1 to 63 lower-case letters, digits and inner hyphens" $name) -}}
{{- end -}}
{{- if and (not (hasKey $rule "above")) (not (hasKey $rule "below")) -}}
{{- fail (printf "config.rules.%s: needs a threshold: above, below or both" $name) -}}
{{- end -}}
{{- if and (hasKey $rule "above") (hasKey $rule "below") -}}
{{- if gt (float64 $rule.below) (float64 $rule.above) -}}
{{- fail (printf "config.rules.%s: with both, below (%v) must not exceed above (%v): the rule is met outside the range between them" $name $rule.below $rule.above) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

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

{{- define "tocsin.validateConfig" -}}
{{- $config := .Values.config -}}
{{- $directory := $config.source.directory -}}
{{- if not (or $config.source.kafka.enabled $directory.path) -}}
{{- fail "no source: config.source.kafka.enabled is false and config.source.directory.path is not set; one of them is needed" -}}
{{- end -}}
{{- if not (or $config.sink.kafka.enabled $config.sink.file.directory (ne $config.sink.console.format "none")) -}}
{{- fail "no sink: config.sink.kafka.enabled is false, config.sink.file.directory is not set and config.sink.console.format is none; one of them is needed" -}}
{{- end -}}
{{- $mode := $config.trigger.mode -}}
{{- if and (eq $mode "processing-time") (not $config.trigger.interval) -}}
{{- fail "config.trigger.interval is not set, and config.trigger.mode = processing-time needs it" -}}
{{- end -}}
{{- if and $config.trigger.interval (ne $mode "processing-time") -}}
{{- fail (printf "config.trigger.interval = %s: is used only with config.trigger.mode = processing-time" $config.trigger.interval) -}}
{{- end -}}
{{- with index $config.trigger "checkpoint-interval" -}}
{{- if ne $mode "continuous" -}}
{{- fail (printf "config.trigger.checkpoint-interval = %s: is used only with config.trigger.mode = continuous" .) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $mode "continuous") (eq $config.delivery "exactly-once") -}}
{{- fail "config.delivery = exactly-once: with config.trigger.mode = continuous it must be at-least-once or empty" -}}
{{- end -}}
{{- if and (eq $config.delivery "exactly-once") (not (or $config.sink.kafka.enabled $config.sink.file.directory)) -}}
{{- fail "config.delivery = exactly-once: with the console as the only sink it must be at-least-once or empty" -}}
{{- end -}}
{{- if and (eq $mode "continuous") $config.sink.file.directory (not $config.sink.kafka.enabled) -}}
{{- fail "config.sink.file.directory is set: without a Kafka sink it must be empty with config.trigger.mode = continuous; alert files appear whole, with their positions" -}}
{{- end -}}
{{- if eq $mode "continuous" -}}
{{- range $key, $limit := dict
  "config.source.kafka.max-records-per-trigger" (index $config.source.kafka "max-records-per-trigger")
  "config.source.directory.max-files-per-trigger" (index $directory "max-files-per-trigger")
  "config.source.directory.max-bytes-per-trigger" (index $directory "max-bytes-per-trigger") -}}
{{- if $limit -}}
{{- fail (printf "%s = %s: bounds a batch, and config.trigger.mode = continuous has none; must not be set" $key (toJson $limit)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq $directory.after "archive") (not (index $directory "archive-path")) -}}
{{- fail "config.source.directory.archive-path is not set, and config.source.directory.after = archive needs it" -}}
{{- end -}}
{{- if and (ne $directory.after "archive") (index $directory "archive-path") -}}
{{- fail (printf "config.source.directory.archive-path = %s: is used only with config.source.directory.after = archive" (index $directory "archive-path")) -}}
{{- end -}}
{{- $topics := dict -}}
{{- if $config.source.kafka.enabled -}}
{{- $_ := set $topics "config.source.kafka.topic" $config.source.kafka.topic -}}
{{- end -}}
{{- if $config.sink.kafka.enabled -}}
{{- $_ := set $topics "config.sink.kafka.alerts-topic" (index $config.sink.kafka "alerts-topic") -}}
{{- $_ := set $topics "config.sink.kafka.rejects-topic" (index $config.sink.kafka "rejects-topic") -}}
{{- $_ := set $topics "config.ledger.topic" $config.ledger.topic -}}
{{- end -}}
{{- range $key, $topic := $topics -}}
{{- range $other, $same := $topics -}}
{{- if and (ne $key $other) (eq $topic $same) -}}
{{- fail (printf "%s = %s: is the topic of %s already; each needs its own" $other $topic $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq $config.dashboard.auth "basic") $config.dashboard.enabled (not .Values.dashboard.existingSecret) -}}
{{- fail "dashboard.existingSecret is not set, and config.dashboard.auth = basic needs a secret with name and password" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.hosts is empty, and ingress.enabled = true needs a host" -}}
{{- end -}}
{{- end }}

{{/* The volume that a path lies in: (list $ path). Its name, "extra" for a mount of extraVolumeMounts, or nothing. */}}
{{- define "tocsin.volumeOf" -}}
{{- $root := index . 0 -}}
{{- $path := printf "%s/" (trimSuffix "/" (index . 1)) -}}
{{- $found := "" -}}
{{- $longest := 0 -}}
{{- range $mount := $root.Values.extraVolumeMounts -}}
{{- $at := printf "%s/" (trimSuffix "/" $mount.mountPath) -}}
{{- if and (hasPrefix $at $path) (gt (len $at) $longest) -}}
{{- $found = "extra:" -}}
{{- $longest = len $at -}}
{{- end -}}
{{- end -}}
{{- range $name, $storage := $root.Values.storage -}}
{{- $at := printf "%s/" (trimSuffix "/" $storage.mountPath) -}}
{{- if and (hasPrefix $at $path) (gt (len $at) $longest) -}}
{{- $found = $name -}}
{{- $longest = len $at -}}
{{- end -}}
{{- end -}}
{{- $found -}}
{{- end }}

{{- define "tocsin.validateStorage" -}}
{{- $config := .Values.config -}}
{{- $directory := $config.source.directory -}}
{{- range $name, $storage := .Values.storage -}}
{{- if not (regexMatch "^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$" $name) -}}
{{- fail (printf "storage.%s: a volume's name is 1 to 32 lower-case letters, digits and inner hyphens" $name) -}}
{{- end -}}
{{- $kinds := 0 -}}
{{- range $kind := list "claim" "existingClaim" "volume" -}}
{{- if index $storage $kind }}{{ $kinds = add1 $kinds }}{{ end -}}
{{- end -}}
{{- if ne (int $kinds) 1 -}}
{{- fail (printf "storage.%s: must have one of claim, existingClaim and volume" $name) -}}
{{- end -}}
{{- if not (hasPrefix "/" $storage.mountPath) -}}
{{- fail (printf "storage.%s.mountPath = %s: must be an absolute path" $name $storage.mountPath) -}}
{{- end -}}
{{- end -}}
{{- $journal := include "tocsin.usesJournal" . -}}
{{- $most := int (include "tocsin.mostReplicas" .) -}}
{{- if and $journal (gt $most 1) -}}
{{- fail (printf "%d pods at once: without a Kafka sink (config.sink.kafka.enabled = false) a journal on disk is the truth, for one instance at a time; replicaCount, autoscaling.maxReplicas or keda.maxReplicaCount must be 1" $most) -}}
{{- end -}}
{{- if and $config.sink.file.directory (gt $most 1) -}}
{{- fail (printf "%d pods at once: alert files (config.sink.file.directory) are written by one instance at a time; replicaCount, autoscaling.maxReplicas or keda.maxReplicaCount must be 1" $most) -}}
{{- end -}}
{{- if and (include "tocsin.runsAlone" .) (eq (default "" .Values.workload.deployment.strategy.type) "RollingUpdate") -}}
{{- fail "workload.deployment.strategy.type = RollingUpdate: without a Kafka sink, or with alert files, two pods may not run at once; must be Recreate" -}}
{{- end -}}
{{- $paths := dict -}}
{{- with $directory.path }}{{ $_ := set $paths "config.source.directory.path" . }}{{ end -}}
{{- with index $directory "archive-path" }}{{ $_ := set $paths "config.source.directory.archive-path" . }}{{ end -}}
{{- with $config.sink.file.directory }}{{ $_ := set $paths "config.sink.file.directory" . }}{{ end -}}
{{- if $journal }}{{ $_ := set $paths "config.checkpoint.directory" $config.checkpoint.directory }}{{ end -}}
{{- range $key, $path := $paths -}}
{{- if not (hasPrefix "/" $path) -}}
{{- fail (printf "%s = %s: must be an absolute path in a volume of storage" $key $path) -}}
{{- end -}}
{{- $volume := include "tocsin.volumeOf" (list $ $path) -}}
{{- if not $volume -}}
{{- fail (printf "%s = %s: no volume of storage or extraVolumeMounts is mounted there" $key $path) -}}
{{- end -}}
{{- if ne $volume "extra:" -}}
{{- $storage := index $.Values.storage $volume -}}
{{- $writes := or (ne $key "config.source.directory.path") (ne $directory.after "keep") -}}
{{- if and $storage.readOnly $writes -}}
{{- fail (printf "%s = %s: storage.%s.readOnly = true, and Tocsin writes there" $key $path $volume) -}}
{{- end -}}
{{- if and (hasKey (default dict $storage.volume) "emptyDir") (ne $key "config.source.directory.path") (ne $key "config.sink.file.directory") -}}
{{- fail (printf "%s = %s: storage.%s.volume is an emptyDir, which does not outlive the pod; must be a claim" $key $path $volume) -}}
{{- end -}}
{{- if and (hasKey (default dict $storage.volume) "emptyDir") (eq $key "config.sink.file.directory") $journal -}}
{{- fail (printf "%s = %s: storage.%s.volume is an emptyDir, which does not outlive the pod; must be a claim" $key $path $volume) -}}
{{- end -}}
{{- if gt $most 1 -}}
{{- if hasKey (default dict $storage.volume) "emptyDir" -}}
{{- fail (printf "%s = %s: storage.%s.volume is an emptyDir, of which each of the %d pods has its own; all need the same directory" $key $path $volume $most) -}}
{{- end -}}
{{- if and (or $storage.claim $storage.existingClaim) (not (include "tocsin.isShared" $storage)) -}}
{{- fail (printf "storage.%s: accessModes = %s cannot be mounted by %d pods; must be ReadWriteMany, or ReadOnlyMany with readOnly = true" $volume (include "tocsin.accessModes" $storage) $most) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

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
