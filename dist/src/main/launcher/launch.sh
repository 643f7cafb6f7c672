# How a program of ours is started: what ./tabellion of a checkout and bin/tabellion of a release share. Read by `source`.
#
# Whoever reads it sets first:
#   home           the checkout's or the release's folder
#   java_programs  which programs a Java must have: (java) or (java javac)
#   caches         the folder for caches of classes; empty: none are made
#   shipped        the folder with caches that came with the jars; empty: there is none
#   options        the folder with serve.options and verify.options
# and has two functions:
#   jar_of MODULE           prints the jar of a module
#   class_path MODULE LIST  prints the jars that it needs, as the list names them
# shellcheck shell=bash disable=SC2154

readonly java_needed=25

fail() {
  printf 'tabellion: %s\n' "$@" >&2
  exit 2
}

# --- finding Java -----------------------------------------------------------------------------------------------------

# The major version of the Java in folder $1, from its release file; nothing where there is none with these programs.
java_version() {
  local program line
  for program in "${java_programs[@]}"; do
    [[ -x $1/bin/$program ]] || return 0
  done
  [[ -r $1/release ]] || return 0
  while IFS= read -r line; do
    if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
      printf '%s' "${BASH_REMATCH[1]}"
      return 0
    fi
  done <"$1/release"
}

# The folders where a Java may be, best first.
java_folders() {
  [[ ! -d $home/java ]] || printf '%s\n' "$home/java"
  [[ -z ${JAVA_HOME:-} ]] || printf '%s\n' "$JAVA_HOME"
  local java
  if java=$(command -v java); then
    while [[ -L $java ]]; do
      local next
      next=$(readlink "$java")
      [[ $next == /* ]] || next=$(dirname "$java")/$next
      java=$next
    done
    dirname "$(dirname "$java")"
  fi
  [[ ! -x /usr/libexec/java_home ]] || /usr/libexec/java_home -v "$java_needed+" 2>/dev/null || true
  local folder mine=${HOME:-/nowhere}
  for folder in /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/*jre* /opt/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$mine"/.sdkman/candidates/java/* "$mine"/.jdks/* "$mine"/.local/share/mise/installs/java/* \
    "$mine"/.asdf/installs/java/* /opt/homebrew/opt/openjdk/libexec/openjdk.jdk/Contents/Home; do
    [[ ! -d $folder ]] || printf '%s\n' "$folder"
  done
}

find_java() {
  local folder version seen='' what=JRE package=jre
  [[ " ${java_programs[*]} " != *' javac '* ]] || what=JDK package=jdk
  while IFS= read -r folder; do
    version=$(java_version "$folder")
    if [[ -n $version ]]; then
      if ((version >= java_needed)); then
        JAVA_HOME=$folder
        export JAVA_HOME
        return 0
      fi
      seen+=" $version"
    fi
  done < <(java_folders)
  fail "a $what $java_needed or newer is needed${seen:+ (found:$seen)}." \
    "Install one, e.g. Eclipse Temurin: apt-get install temurin-25-$package | brew install --cask temurin | sdk install java 25-tem" \
    "or set JAVA_HOME to one that is elsewhere."
}

# --- caches of classes ------------------------------------------------------------------------------------------------

# The file of cache $1, which only the JVM that is used can read.
cache_file() {
  local line build=unknown
  while IFS= read -r line; do
    [[ $line != JAVA_RUNTIME_VERSION=* ]] || build=${line//[^0-9.+]/}
  done <"$JAVA_HOME/release"
  printf '%s' "$caches/$1-$build.aot"
}

# Whether cache $1 is there and not older than jar $2.
usable() { [[ -r $1 && ! $2 -nt $1 ]]; }

# For serve and demo: sets server_path, the server's class path, and server_aot, its cache of classes and profiles (JEP 483 and 515),
# empty while there is none. One is then trained while nobody waits, by a server of its own that is called for some seconds.
server_cache() {
  server_path='' server_aot=''
  [[ $verb == serve || $verb == demo ]] || return 0
  local jar file
  jar=$(jar_of ext-proc-server)
  server_path=$jar:$(class_path ext-proc-server all)
  if [[ -n $shipped && $JAVA_HOME == "$home/java" && -r $shipped/serve.aot ]]; then
    server_aot=$shipped/serve.aot
    return 0
  fi
  [[ -n $caches ]] || return 0
  file=$(cache_file serve)
  if usable "$file" "$jar"; then
    server_aot=$file
    return 0
  fi
  find "$file.notes" -mmin +10 -delete 2>/dev/null || true # of a training that was killed
  (set -C && : >"$file.notes") 2>/dev/null || return 0
  (
    trap '' INT TERM HUP
    nice -n 19 "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
      "@$options/serve.options" -XX:AOTCacheOutput="$file.new" -cp "$server_path" io.tabellion.Training &&
      mv -f "$file.new" "$file"
    rm -f "$file.notes" "$file.new" "$file.new.config"
  ) </dev/null >/dev/null 2>&1 &
}

# Runs the command with a cache of its classes, as the JVM links them (JEP 483): most of the CPU of a short verb is its start.
# The first run notes what it needs, and the cache is made of that while nobody waits. A run that fails needs less than one
# that ends well: the cache of its notes ($early) serves until one ended well ($early.passed), and the next run notes again.
cached() {
  local jar=$1 file early status=0
  shift
  [[ -n $caches ]] || exec "${command[@]}" "$@"
  file=$(cache_file "$cache")
  early=${file%.aot}.early.aot
  if usable "$file" "$jar"; then
    exec "${command[@]}" -XX:AOTCache="$file" "$@"
  fi
  if usable "$early" "$jar" && [[ ! -e $early.passed || -n ${no_training:-} ]]; then
    [[ -z ${no_training:-} ]] || exec "${command[@]}" -XX:AOTCache="$early" "$@"
    "${command[@]}" -XX:AOTCache="$early" "$@" || status=$?
    [[ $status -ne 0 ]] || : >"$early.passed"
    exit "$status"
  fi
  local notes=$file.notes
  find "$notes" -mmin +10 -delete 2>/dev/null || true # of a run that was killed
  if [[ -n ${no_training:-} ]] || asks_help "$@" || ! (set -C && : >"$notes") 2>/dev/null; then
    exec "${command[@]}" "$@"
  fi
  "${command[@]}" -XX:+UnlockDiagnosticVMOptions -XX:-DisplayVMOutput \
    -XX:AOTMode=record -XX:AOTConfiguration="$notes" "$@" || status=$?
  if [[ $status -ne 0 && -e $early.passed ]]; then
    rm -f "$notes" "$early.passed" # the earlier cache is as good
  elif [[ -s $notes ]]; then
    [[ $status -eq 0 ]] || file=$early
    (
      trap '' INT TERM HUP
      if nice "${command[@]}" -XX:AOTMode=create -XX:AOTConfiguration="$notes" -XX:AOTCache="$notes.aot" &&
        mv -f "$notes.aot" "$file"; then
        [[ $status -ne 0 ]] || rm -f "$early" "$early.passed"
      fi
      rm -f "$notes" "$notes.aot"
    ) </dev/null >/dev/null 2>&1 &
  else
    rm -f "$notes"
  fi
  exit "$status"
}

# --- starting ---------------------------------------------------------------------------------------------------------

# Whether the arguments ask for help only.
asks_help() {
  local argument
  for argument in "$@"; do
    [[ $argument != --help && $argument != -h && $argument != help ]] || return 0
  done
  return 1
}

# Texts are UTF-8 wherever the locale names no other character set, also where there is none (containers, cron).
use_utf8() {
  encoding=
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    '' | C | POSIX | *[Uu][Tt][Ff]*8*)
      encoding='-Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8'
      [[ -n ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} ]] || export LC_CTYPE=C.UTF-8 # names of files and arguments too
      ;;
  esac
}

# Says how verb $verb with these arguments is started: jvm_file, jvm_options, cache (the name of its cache), client (its list of
# jars) and no_training.
choose() {
  jvm_file=() jvm_options='' cache='' client=all no_training=''
  # A cache that does not fit, e.g. for another collector, is left out without a word.
  quiet_cache=(-XX:+IgnoreUnrecognizedVMOptions -Xlog:cds=off -Xlog:aot=off)
  case $verb in
    serve) jvm_file=("@$options/serve.options") ;;
    audit | approvals | pins | stop | policy | mask | detectors | health | token | mesh)
      cache=$verb
      case "$verb ${1:-}" in
        "audit verify" | "audit restore")
          jvm_file=("@$options/verify.options")
          cache=
          ;;
        *)
          # A verb that lives for a moment is not worth compiling much of it.
          jvm_options='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=8
          -XX:+UnlockDiagnosticVMOptions -XX:-AOTReplayTraining
          -Djdk.reflect.useNativeAccessorOnly=true -Dio.netty.jfr.enabled=false -Dpicocli.disable.closures=true'
          ;;
      esac
      case "$verb ${1:-}" in
        "audit backup" | "audit freeze" | "audit prove-original" | "audit reindex" | "audit restore" | "audit verify")
          cache=${cache:+audit-local}
          ;;
        audit* | approvals* | pins* | stop*) client=client ;;
      esac
      # A tail ends by Ctrl-C.
      [[ "$verb ${1:-}" != "audit tail" ]] || no_training=yes
      [[ -z $cache ]] || jvm_options+=' -XX:+IgnoreUnrecognizedVMOptions -Xlog:cds=off -Xlog:aot=off -Xlog:class+path=off -XX:-PrintWarnings'
      ;;
  esac
}

# Runs class $2 of module $1 with the other arguments, as `choose` said.
start() {
  local module=$1 class=$2 jar
  shift 2
  jar=$(jar_of "$module")
  # shellcheck disable=SC2086 # options are words
  command=("$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    "-Dtabellion.home=$home" $encoding ${jvm_file[@]+"${jvm_file[@]}"} $jvm_options ${TABELLION_JAVA_OPTIONS:-}
    -cp "$jar:$(class_path "$module" "$client")")
  server_cache
  [[ $verb != serve || -z $server_aot ]] || command+=(-XX:AOTCache="$server_aot" "${quiet_cache[@]}")
  [[ $verb != demo ]] || command+=("-Dtabellion.server.class-path=$server_path" "-Dtabellion.server.cache=$server_aot")
  [[ -n $cache ]] || exec "${command[@]}" "$class" "$@"
  cached "$jar" "$class" "$@"
}

# --- help -------------------------------------------------------------------------------------------------------------

# The verbs that a checkout and a release have.
common_verbs() {
  cat <<'VERBS'
  tabellion serve --config FILE                    the server behind Envoy
  tabellion health [--url URL] [--wait 60s]        whether a server is ready
  tabellion control-plane --routes FILE            the control plane that configures Envoy
  tabellion audit search|show|why|tail|timeline|verify …   ask the trail; beside a demo it finds it by itself
  tabellion approvals list|show|approve|deny …    calls that wait for a person
  tabellion pins list|diff|accept …                what tools say of themselves, and what of it is accepted
  tabellion stop [list | lift ID] --principal|--mcp-server|--tool NAME | --all …   refuse somebody or something at once
  tabellion policy check|test FILE …               what is wrong with a policy file; its tests
  tabellion policy try FILE --tool NAME …          what would become of one call
  tabellion policy replay FILE [--since 7d]        which recorded decisions it would change
  tabellion policy explain ENTRY                   which rules a recorded message met, and why
  tabellion policy init [--since 7d] [--out FILE]  a policy to start from, of what was done
  tabellion mask FILE|- [--json] [--lines]         what would be found in a text, and the text without it
  tabellion detectors list | show NAME             what can be found, and how
  tabellion token --out FILE                       a file with a new token for the audit API
  tabellion mesh attach --server NAME --to PLACE   manifests that put Tabellion before an MCP server of a mesh
VERBS
}
