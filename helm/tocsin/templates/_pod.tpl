{{/* The pod of Deployment, Job and CronJob. */}}
{{- define "tocsin.podMetadata" -}}
labels:
  {{- include "tocsin.labels" . | nindent 2 }}
  {{- with .Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/config: {{ include "tocsin.applicationProperties" . | sha256sum }}
  {{- with merge (dict) .Values.podAnnotations .Values.commonAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "tocsin.podSpec" -}}
{{- $deployment := include "tocsin.isDeployment" . -}}
serviceAccountName: {{ include "tocsin.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
terminationGracePeriodSeconds: {{ include "tocsin.gracePeriod" . }}
{{- if not $deployment }}
restartPolicy: Never
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range $constraint := . }}
  {{- $selector := dict "labelSelector" (dict "matchLabels" (include "tocsin.selectorLabels" $ | fromYaml)) }}
  - {{- merge (dict) $constraint $selector | toYaml | nindent 4 }}
  {{- end }}
{{- end }}
{{- with .Values.initContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: tocsin
    image: {{ include "tocsin.image" . }}
    imagePullPolicy: {{ .Values.image.pullPolicy }}
    {{- with .Values.securityContext }}
    securityContext:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    env:
      - name: QUARKUS_CONFIG_LOCATIONS
        value: /etc/tocsin/config/application.properties
      {{- if include "tocsin.usesKafka" . }}
      {{- include "tocsin.kafkaEnvironment" . | indent 6 }}
      {{- end }}
      {{- include "tocsin.dashboardEnvironment" . | indent 6 }}
      {{- with .Values.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- with .Values.extraEnvFrom }}
    envFrom:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    ports:
      - name: http
        containerPort: 8080
        protocol: TCP
    {{- if $deployment }}
    startupProbe:
      httpGet:
        path: /q/health/started
        port: http
      {{- toYaml .Values.probes.startup | nindent 6 }}
    livenessProbe:
      httpGet:
        path: /q/health/live
        port: http
      {{- toYaml .Values.probes.liveness | nindent 6 }}
    readinessProbe:
      httpGet:
        path: /q/health/ready
        port: http
      {{- toYaml .Values.probes.readiness | nindent 6 }}
    {{- end }}
    {{- with .Values.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    volumeMounts:
      - name: config
        mountPath: /etc/tocsin/config
        readOnly: true
      - name: tmp
        mountPath: /tmp
      {{- include "tocsin.kafkaMounts" . | indent 6 }}
      {{- include "tocsin.storageMounts" . | indent 6 }}
      {{- with .Values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- with .Values.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  - name: config
    configMap:
      name: {{ include "tocsin.fullname" . }}
  - name: tmp
    emptyDir:
      {{- toYaml .Values.tmp | nindent 6 }}
  {{- include "tocsin.kafkaVolumes" . | indent 2 }}
  {{- include "tocsin.storageVolumes" . | indent 2 }}
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{- define "tocsin.dashboardEnvironment" -}}
{{- if eq .Values.config.dashboard.auth "basic" }}
{{ include "tocsin.secretVariable" (list "TOCSIN_DASHBOARD_USERNAME" .Values.dashboard.existingSecret .Values.dashboard.usernameKey) }}
{{ include "tocsin.secretVariable" (list "TOCSIN_DASHBOARD_PASSWORD" .Values.dashboard.existingSecret .Values.dashboard.passwordKey) }}
{{- end }}
{{- end }}
