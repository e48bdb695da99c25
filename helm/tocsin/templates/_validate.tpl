{{/*
What cannot work is refused here, with the value and what is allowed, and not in the pod. The schema has looked at types and
words already; what remains are forms of values, and values that do not fit together.
*/}}
{{- define "tocsin.validate" -}}
{{- include "tocsin.validateForms" . -}}
{{- include "tocsin.validateWorkload" . -}}
{{- include "tocsin.validateConfig" . -}}
{{- include "tocsin.validateDashboard" . -}}
{{- include "tocsin.validateStorage" . -}}
{{- include "tocsin.validateKafka" . -}}
{{- include "tocsin.validateNetwork" . -}}
{{- include "tocsin.validateScaling" . -}}
{{- include "tocsin.validateMonitoring" . -}}
{{- end }}
