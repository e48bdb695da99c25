{{/* What is wrong with config by itself: forms of values, and values that do not fit together. */}}
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
{{- range $key, $time := $durations -}}
{{- if $time -}}
{{- include "tocsin.mustBeTime" (list $key $time (hasSuffix "scan-interval" $key | ternary "1s" "1ms")) -}}
{{- end -}}
{{- end -}}
{{- include "tocsin.mustBeSize" (list "config.reading.max-bytes" (index $config.reading "max-bytes") "1Ki" "64Mi") -}}
{{- include "tocsin.mustBeSize" (list "config.source.directory.max-bytes-per-trigger" (index $config.source.directory "max-bytes-per-trigger") "1" "999999999Gi") -}}
{{- $topics := dict
  "config.source.kafka.topic" $config.source.kafka.topic
  "config.sink.kafka.alerts-topic" (index $config.sink.kafka "alerts-topic")
  "config.sink.kafka.rejects-topic" (index $config.sink.kafka "rejects-topic")
  "config.ledger.topic" $config.ledger.topic -}}
{{- range $key, $topic := $topics -}}
{{- include "tocsin.mustMatch" (list $key $topic "^[a-zA-Z0-9._-]{1,249}$" "1 to 249 letters, digits, '.', '_' and '-'") -}}
{{- include "tocsin.mustMatch" (list $key $topic "[^.]|[.]{3}" "another name than '.' and '..'") -}}
{{- end -}}
{{- include "tocsin.mustMatch" (list "config.source.kafka.group" $config.source.kafka.group "^[a-zA-Z0-9._-]{1,200}$" "1 to 200 letters, digits, '.', '_' and '-'") -}}
{{- end }}

{{- define "tocsin.validateStartingOffsets" -}}
{{- $starting := index .Values.config.source.kafka "starting-offsets" -}}
{{- $starting = kindIs "string" $starting | ternary $starting ($starting | toJson) -}}
{{- $time := "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-7]):[0-5][0-9])" -}}
{{- $every := printf "(earliest|latest|[1-9][0-9]{11,17}|%s)" $time -}}
{{- $one := printf "(earliest|latest|[0-9]{1,18}|%s)" $time -}}
{{- $partition := printf "([0-9]{1,9} *= *%s|[*] *= *%s)" $one $every -}}
{{- include "tocsin.mustMatch" (list
  "config.source.kafka.starting-offsets"
  $starting
  (printf "^ *(%s|%s( *, *%s)*) *$" $every $partition $partition)
  "earliest, latest, a timestamp (2025-10-10T12:00:00Z, or milliseconds since the epoch), or one for each partition, an offset too: 0=earliest,1=4711,*=latest") -}}
{{- $partitions := regexFindAll "[0-9*]+=" (nospace $starting) -1 -}}
{{- if ne (len $partitions) (uniq $partitions | len) -}}
{{- fail (printf "config.source.kafka.starting-offsets = %s: must name each partition once" $starting) -}}
{{- end -}}
{{- end }}

{{- define "tocsin.validateRules" -}}
{{- range $name, $rule := .Values.config.rules -}}
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

{{- define "tocsin.validateSourcesAndSinks" -}}
{{- $config := .Values.config -}}
{{- if not (or $config.source.kafka.enabled $config.source.directory.path) -}}
{{- fail "no source: config.source.kafka.enabled is false and config.source.directory.path is not set; one of them is needed" -}}
{{- end -}}
{{- if not (or $config.sink.kafka.enabled $config.sink.file.directory (ne $config.sink.console.format "none")) -}}
{{- fail "no sink: config.sink.kafka.enabled is false, config.sink.file.directory is not set and config.sink.console.format is none; one of them is needed" -}}
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
{{- end }}

{{- define "tocsin.validateTrigger" -}}
{{- $config := .Values.config -}}
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
  "config.source.directory.max-files-per-trigger" (index $config.source.directory "max-files-per-trigger")
  "config.source.directory.max-bytes-per-trigger" (index $config.source.directory "max-bytes-per-trigger") -}}
{{- if $limit -}}
{{- fail (printf "%s = %s: bounds a batch, and config.trigger.mode = continuous has none; must not be set" $key (toJson $limit)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "tocsin.validateDirectories" -}}
{{- $directory := .Values.config.source.directory -}}
{{- if and (eq $directory.after "archive") (not (index $directory "archive-path")) -}}
{{- fail "config.source.directory.archive-path is not set, and config.source.directory.after = archive needs it" -}}
{{- end -}}
{{- if and (ne $directory.after "archive") (index $directory "archive-path") -}}
{{- fail (printf "config.source.directory.archive-path = %s: is used only with config.source.directory.after = archive" (index $directory "archive-path")) -}}
{{- end -}}
{{- with $directory.path -}}
{{- $watched := clean . -}}
{{- range $key, $path := dict "config.source.directory.archive-path" (index $directory "archive-path") "config.sink.file.directory" $.Values.config.sink.file.directory -}}
{{- $inside := and $directory.recursive (hasPrefix (printf "%s/" (trimSuffix "/" $watched)) (clean $path)) -}}
{{- if and $path (or (eq (clean $path) $watched) $inside) -}}
{{- fail (printf "%s = %s: must lie outside of config.source.directory.path = %s, else Tocsin reads what it writes" $key $path $directory.path) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "tocsin.validateDashboard" -}}
{{- $secret := .Values.dashboard.existingSecret -}}
{{- if and (eq .Values.config.dashboard.auth "basic") (not $secret) -}}
{{- fail "dashboard.existingSecret is not set, and config.dashboard.auth = basic needs a secret with name and password" -}}
{{- end -}}
{{- if and (ne .Values.config.dashboard.auth "basic") $secret -}}
{{- fail (printf "dashboard.existingSecret = %s: is used only with config.dashboard.auth = basic, and without it anyone may look" $secret) -}}
{{- end -}}
{{- end }}
