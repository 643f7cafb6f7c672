{{- define "tabellion.labels" -}}
{{ include "tabellion.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: tabellion
{{- end }}

{{/* What never changes: a StatefulSet's selector is immutable. */}}
{{- define "tabellion.selector" -}}
app.kubernetes.io/name: {{ .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tabellion.account" -}}
{{ .Values.serviceAccount.name | default .Values.nameOverride }}
{{- end }}

{{/* namespace/account → the principal of a mesh certificate */}}
{{- define "tabellion.principals" -}}
{{- $root := index . 0 -}}
{{- range index . 1 }}
{{- $parts := splitList "/" . }}
- {{ printf "%s/ns/%s/sa/%s" $root.Values.mesh.trustDomain (index $parts 0) (index $parts 1) | quote }}
{{- end }}
{{- end }}

{{/* All proxies that may connect: those of each server, and others. */}}
{{- define "tabellion.proxies" -}}
{{- $all := .Values.access.proxies -}}
{{- range .Values.servers }}{{ $all = concat $all (.proxies | default list) }}{{ end -}}
{{- uniq $all | toJson -}}
{{- end }}

{{/* tabellion.yaml: the settings of the operator, and over them what the chart decides. */}}
{{- define "tabellion.config" -}}
{{- $v := .Values -}}
{{- $own := dict -}}
{{- if eq $v.mesh.mode "sidecar" -}}
{{- $_ := set $own "ext-proc" (dict "address" "127.0.0.1:9001" "mesh" true "peers" "xfcc") -}}
{{- $_ := set $own "api" (dict "address" "127.0.0.1:9002" "mesh" true) -}}
{{- else -}}
{{- $_ := set $own "ext-proc" (dict "address" "0.0.0.0:9001" "mesh" true) -}}
{{- $_ := set $own "api" (dict "address" "0.0.0.0:9002" "mesh" true) -}}
{{- end -}}
{{- if $v.tokens.users -}}
{{- $tokens := list -}}
{{- range $v.tokens.users -}}
{{- $token := dict "name" .name "role" .role "file" (printf "/etc/tabellion/tokens/%s" (.key | default .name)) "expires" .expires -}}
{{- if .groups }}{{ $_ := set $token "groups" .groups }}{{ end -}}
{{- $tokens = append $tokens $token -}}
{{- end -}}
{{- $_ := set $own.api "tokens" $tokens -}}
{{- end -}}
{{- $_ := set $own "http" (dict "address" "0.0.0.0:9003") -}}
{{- $_ := set $own "log" (dict "directory" "/var/lib/tabellion/log" "origin" ($v.log.origin | default (printf "%s.%s/%s" .Release.Namespace $v.mesh.clusterDomain $v.nameOverride))) -}}
{{- $_ := set $own "policy" "policy/policy.yaml" -}}
{{- if $v.console.publicUrl }}{{ $_ := set $own "console" (dict "public-url" $v.console.publicUrl) }}{{ end -}}
{{- $domains := dict "trust-domains" (list $v.mesh.trustDomain) -}}
{{- $sidecar := dict "certificate" (dict "trust-domains" (list $v.mesh.trustDomain) "verified-by-listener" true) -}}
{{- $egress := deepCopy $sidecar -}}
{{- $waypoint := dict "istio-peer" $domains -}}
{{- $listeners := list -}}
{{- if $v.identity.issuers -}}
{{- $jwt := dict "issuers" $v.identity.issuers "subject-claim" $v.identity.subjectClaim "groups-claim" $v.identity.groupsClaim -}}
{{- if $v.identity.audiences }}{{ $_ := set $jwt "audiences" $v.identity.audiences }}{{ end -}}
{{- $_ := set $sidecar "jwt" $jwt -}}
{{- $_ := set $waypoint "jwt" $jwt -}}
{{- $listeners = append $listeners (dict "name" "gateway" "identity" (dict "jwt" $jwt)) -}}
{{- end -}}
{{- range $name, $identity := dict "egress" $egress "sidecar" $sidecar "waypoint" $waypoint -}}
{{- $listener := dict "name" $name "identity" $identity -}}
{{- if $v.identity.hops }}{{ $_ := set $listener "hops" $v.identity.hops }}{{ end -}}
{{- $listeners = append $listeners $listener -}}
{{- end -}}
{{- $_ := set $own "listeners" $listeners -}}
{{- if $v.servers -}}
{{- $servers := list -}}
{{- range $v.servers -}}
{{- $server := mergeOverwrite (deepCopy (.settings | default dict)) (dict "name" .name) -}}
{{- if .places }}{{ $_ := set $server "places" .places }}{{ end -}}
{{- if and .proxies (eq $v.mesh.mode "sidecar") -}}
{{- $names := list -}}
{{- range .proxies -}}
{{- $parts := splitList "/" . -}}
{{- $names = append $names (printf "spiffe://%s/ns/%s/sa/%s" $v.mesh.trustDomain (index $parts 0) (index $parts 1)) -}}
{{- end -}}
{{- $_ := set $server "proxies" $names -}}
{{- end -}}
{{- $servers = append $servers $server -}}
{{- end -}}
{{- $_ := set $own "servers" $servers -}}
{{- end -}}
{{- toYaml (mergeOverwrite (deepCopy $v.settings) $own) -}}
{{- end }}
