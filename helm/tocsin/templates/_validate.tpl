{{/*
What cannot work is refused here, with the value and what is allowed, and not in the pod. The schema has looked at types, words
and patterns already; what remains are forms of values that want more words, and values that do not fit together.
*/}}
{{- define "tocsin.validate" -}}
{{- include "tocsin.validateForms" . -}}
{{- include "tocsin.validateStartingOffsets" . -}}
{{- include "tocsin.validateRules" . -}}
{{- include "tocsin.validateWorkload" . -}}
{{- include "tocsin.validateSourcesAndSinks" . -}}
{{- include "tocsin.validateTrigger" . -}}
{{- include "tocsin.validateDirectories" . -}}
{{- include "tocsin.validateDashboard" . -}}
{{- include "tocsin.validateMounts" . -}}
{{- include "tocsin.validateStorage" . -}}
{{- include "tocsin.validateKafka" . -}}
{{- include "tocsin.validateNetwork" . -}}
{{- include "tocsin.validateScaling" . -}}
{{- include "tocsin.validateMonitoring" . -}}
{{- end }}

{{/* A text of a form: (list key value pattern allowed). */}}
{{- define "tocsin.mustMatch" -}}
{{- if not (regexMatch (index . 2) (index . 1)) -}}
{{- fail (printf "%s = %s: must be %s" (index . 0) (index . 1) (index . 3)) -}}
{{- end -}}
{{- end }}

{{/* A time: (list key value least). The program takes none that is longer than 36500 days. */}}
{{- define "tocsin.mustBeTime" -}}
{{- $time := include "tocsin.milliseconds" (index . 1) | float64 -}}
{{- $least := include "tocsin.milliseconds" (index . 2) | float64 -}}
{{- $most := include "tocsin.milliseconds" "36500d" | float64 -}}
{{- if or (lt $time $least) (gt $time $most) -}}
{{- fail (printf "%s = %s: must be a time from %s to 36500d, such as 500ms, 30s, 10m, 2h, 7d or PT30S" (index . 0) (index . 1) (index . 2)) -}}
{{- end -}}
{{- end }}

{{/* A number of bytes, or nothing: (list key value least most). */}}
{{- define "tocsin.mustBeSize" -}}
{{- if not (kindIs "invalid" (index . 1)) -}}
{{- $value := index . 1 | kindIs "string" | ternary (index . 1) (index . 1 | toJson) -}}
{{- $bytes := include "tocsin.bytes" $value | float64 -}}
{{- if or (lt $bytes (include "tocsin.bytes" (index . 2) | float64)) (gt $bytes (include "tocsin.bytes" (index . 3) | float64)) -}}
{{- fail (printf "%s = %s: must be a size from %s to %s, such as 262144, 256Ki or 1Mi" (index . 0) $value (index . 2) (index . 3)) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* The milliseconds of a time: 500ms, 10 minutes, PT1H30M. Empty where it is none. */}}
{{- define "tocsin.milliseconds" -}}
{{- range $unit, $milliseconds := dict "ms|milliseconds?" 1 "s|seconds?" 1000 "m|minutes?" 60000 "h|hours?" 3600000 "d|days?" 86400000 -}}
{{- $form := printf "^([0-9]{1,12}) ?(?:%s)$" $unit -}}
{{- if regexMatch $form (lower $) -}}
{{- regexReplaceAll $form (lower $) "${1}" | float64 | mulf $milliseconds | printf "%.0f" -}}
{{- end -}}
{{- end -}}
{{- $iso := "^P(?:([0-9]{1,12})D)?(?:T(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12}(?:\\.[0-9]{1,9})?)S)?)?$" -}}
{{- if and (regexMatch $iso $) (not (hasSuffix "T" $)) -}}
{{- $parts := regexReplaceAll $iso $ "0${1} 0${2} 0${3} 0${4}" | splitList " " -}}
{{- $hours := addf (mulf 24 (index $parts 0 | float64)) (index $parts 1 | float64) -}}
{{- $seconds := addf (mulf 3600 $hours) (mulf 60 (index $parts 2 | float64)) (index $parts 3 | float64) -}}
{{- mulf 1000 $seconds | floor | printf "%.0f" -}}
{{- end -}}
{{- end }}

{{/* The bytes of a size: 262144, 256Ki, 1Mi, 2Gi. Empty where it is none. */}}
{{- define "tocsin.bytes" -}}
{{- range $form, $bytes := dict "^([0-9]{1,18})$" 1 "^([0-9]{1,9})Ki$" 1024 "^([0-9]{1,9})Mi$" 1048576 "^([0-9]{1,9})Gi$" 1073741824 -}}
{{- if regexMatch $form $ -}}
{{- regexReplaceAll $form $ "${1}" | float64 | mulf $bytes | printf "%.0f" -}}
{{- end -}}
{{- end -}}
{{- end }}
