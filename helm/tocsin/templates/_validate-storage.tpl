{{/* What is wrong with paths, and with the volumes that they lie in. */}}
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

{{- define "tocsin.validateMounts" -}}
{{- $mounts := dict -}}
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
{{- $_ := set $mounts (printf "storage.%s.mountPath" $name) $storage.mountPath -}}
{{- end -}}
{{- range $index, $mount := .Values.extraVolumeMounts -}}
{{- $_ := set $mounts (printf "extraVolumeMounts[%d].mountPath" $index) $mount.mountPath -}}
{{- end -}}
{{- $taken := dict -}}
{{- range $key, $path := $mounts -}}
{{- include "tocsin.mustMatch" (list $key $path "^/" "an absolute path") -}}
{{- $place := clean $path -}}
{{- if or (has $place (list "/" "/tmp")) (hasPrefix "/etc/tocsin/" (printf "%s/" $place)) -}}
{{- fail (printf "%s = %s: must be another directory than /, /tmp and what is in /etc/tocsin, which are taken" $key $path) -}}
{{- end -}}
{{- if hasKey $taken $place -}}
{{- fail (printf "%s = %s: is that of %s already; each needs its own" $key $path (get $taken $place)) -}}
{{- end -}}
{{- $_ := set $taken $place $key -}}
{{- end -}}
{{- end }}

{{- define "tocsin.validateStorage" -}}
{{- $config := .Values.config -}}
{{- $directory := $config.source.directory -}}
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
