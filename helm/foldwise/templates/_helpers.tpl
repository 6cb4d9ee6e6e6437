{{/* The release's own prefix of names, short enough for a suffix. */}}
{{- define "foldwise.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" }}
{{- end -}}
{{- end -}}

{{/* What selects pods. Called with (dict "root" $ "component" "api"). */}}
{{- define "foldwise.selector" -}}
app.kubernetes.io/name: foldwise
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* What selects every pod of the release. */}}
{{- define "foldwise.releaseSelector" -}}
app.kubernetes.io/name: foldwise
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "foldwise.labels" -}}
{{ include "foldwise.selector" . }}
app.kubernetes.io/part-of: foldwise
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{/* Called with (dict "root" $ "image" .Values.api.image). */}}
{{- define "foldwise.image" -}}
{{- if .image.digest -}}
{{ printf "%s@%s" .image.repository .image.digest }}
{{- else -}}
{{ printf "%s:%s" .image.repository (.image.tag | default .root.Chart.AppVersion) }}
{{- end -}}
{{- end -}}

{{- define "foldwise.databaseHost" -}}
{{- if .Values.postgresql.enabled -}}
{{ include "foldwise.name" . }}-database
{{- else -}}
{{ required "database.host is needed where postgresql.enabled is false" .Values.database.host }}
{{- end -}}
{{- end -}}

{{- define "foldwise.artifactsClaim" -}}
{{ .Values.artifacts.existingClaim | default (printf "%s-artifacts" (include "foldwise.name" .)) }}
{{- end -}}

{{/* The Pod Security Standard "restricted", for the pod; called with the numeric user. */}}
{{- define "foldwise.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* The same, for each container. */}}
{{- define "foldwise.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* How the API and the worker reach the database. */}}
{{- define "foldwise.databaseEnvironment" -}}
- name: SPRING_DATASOURCE_URL
  value: {{ printf "jdbc:postgresql://%s:%d/%s?sslmode=%s" (include "foldwise.databaseHost" .) (int .Values.database.port) .Values.database.name .Values.database.sslMode | quote }}
- name: SPRING_DATASOURCE_USERNAME
  value: {{ .Values.database.username | quote }}
- name: SPRING_DATASOURCE_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.database.existingSecret }}
      key: {{ .Values.database.passwordKey }}
{{- end -}}

{{/* What datasets can be filled from, as the API's setting has it. */}}
{{- define "foldwise.sources" -}}
{{- $sources := list -}}
{{- range .Values.api.sources -}}
{{- $place := printf "/var/lib/foldwise/sources/%s" .name -}}
{{- if .bucket -}}
{{- $parameters := list -}}
{{- with .endpoint }}{{ $parameters = append $parameters (printf "endpoint=%s" .) }}{{ end -}}
{{- with .region }}{{ $parameters = append $parameters (printf "region=%s" .) }}{{ end -}}
{{- if hasKey . "pathStyle" }}{{ $parameters = append $parameters (printf "path-style=%t" .pathStyle) }}{{ end -}}
{{- if .allowHttp }}{{ $parameters = append $parameters "allow-http=true" }}{{ end -}}
{{- if .existingSecret }}{{ $parameters = append $parameters (printf "credentials=/var/lib/foldwise/source-keys/%s/credentials" .name) }}{{ end -}}
{{- $place = printf "s3://%s/%s?%s" .bucket (default "" .prefix) (join "&" $parameters) -}}
{{- end -}}
{{- $sources = append $sources (printf "%s%s=%s" .name (empty .project | ternary "" (printf "@%s" (default "" .project))) $place) -}}
{{- end -}}
{{- join "," $sources -}}
{{- end -}}

{{/* The ports that object stores of sources are reached by, as a JSON list. */}}
{{- define "foldwise.objectStorePorts" -}}
{{- $ports := list -}}
{{- range .Values.api.sources -}}
{{- if .bucket -}}
{{- $endpoint := default "https://" .endpoint -}}
{{- $port := trimPrefix ":" (regexFind ":[0-9]+$" $endpoint) -}}
{{- $ports = append $ports (int (default (hasPrefix "http://" $endpoint | ternary "80" "443") $port)) -}}
{{- end -}}
{{- end -}}
{{- uniq $ports | toJson -}}
{{- end -}}

{{/* What the API and the worker may reach: names and the database. */}}
{{- define "foldwise.egress" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
  ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
- ports:
    - {protocol: TCP, port: {{ .Values.database.port }}}
  {{- if .Values.postgresql.enabled }}
  to:
    - podSelector:
        matchLabels:
          {{- include "foldwise.selector" (dict "root" $ "component" "database") | nindent 10 }}
  {{- else }}
  {{- with .Values.networkPolicy.database }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end -}}
