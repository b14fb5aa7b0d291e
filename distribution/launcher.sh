# Starts a main class of this checkout, and builds what is not built. Sourced by /daybook and /examples/bank/bank, which set
# `root` to the checkout and then call: launch CLASS ARGUMENT...

home=$root/distribution/target/daybook
stamp=$home/built
cache=$home/start.aot

say() {
  printf '%s\n' "$*" >&2
}

# A directory of a JDK or runtime says its version in the file `release`: to read it starts no JVM.
is_java_25() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      'JAVA_VERSION="25"'* | 'JAVA_VERSION="25.'*) return 0 ;;
    esac
  done <"$1/release"
  return 1
}

# Sets java_home, or says what to install.
find_java() {
  default=$(command -v java 2>/dev/null) && default=$(readlink -f "$default" 2>/dev/null) || default=
  for java_home in "${JAVA_HOME-}" "${default%/bin/java}" "${JAVA25_HOME-}" /usr/lib/jvm/* /usr/lib64/jvm/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* /opt/java/* /opt/jdk*; do
    if [ -n "$java_home" ] && is_java_25 "$java_home"; then
      return 0
    fi
  done
  say "Daybook needs a JDK 25, and none is found. It need not be the default Java: install it beside the one you have, for example
  Debian, Ubuntu       apt-get install openjdk-25-jdk   (or temurin-25-jdk, from adoptium.net)
  macOS                brew install --cask temurin@25
  anywhere             sdk install java 25-tem          (sdkman.io)
or set JAVA25_HOME to one in an unusual place."
  return 1
}

# Maven runs on the default Java, and where there is none on the one found.
let_maven_run() {
  if ! command -v java >/dev/null 2>&1 && [ -z "${JAVA_HOME-}" ]; then
    JAVA_HOME=$java_home
    export JAVA_HOME
  fi
}

# Whether a source is newer than what was built; directories count too, for a deleted file changes its directory.
is_stale() {
  [ -f "$stamp" ] || return 0
  newer=$(cd "$root" && find . \( -name target -o -name '.?*' -o -path ./benchmarks -o -path ./system-tests \) -prune \
    -o \( -path '*/src/main/*' -o -name pom.xml \) -newer "$stamp" -print | head -n 1)
  [ -n "$newer" ]
}

build() {
  if [ -f "$stamp" ]; then
    say "building Daybook…"
  else
    say "building Daybook (first run, about a minute)…"
  fi
  log=$root/distribution/target/build.log
  mkdir -p "$home"
  let_maven_run
  if ! (cd "$root" && ./mvnw -B -q -ntp -pl distribution -am -Dmaven.test.skip=true package) >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    say "Daybook could not be built: see above, or $log"
    exit 1
  fi
}

# Records once what the JVM loads and links for the demo, so that every later start takes half the time. A cache that doesn't
# fit (another JDK, another heap) is left aside by the JVM, and one that could not be made is not missed.
prepare_fast_start() {
  training=$(mktemp -d) || return 0
  (
    cd "$training" &&
      "$java_home/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        -XX:AOTCacheOutput="$training/start.aot" -cp "$home/lib/*" io.daybook.cli.Main demo bank && mv "$training/start.aot" "$cache"
  ) >/dev/null 2>&1 </dev/null || { : >"$cache"; } 2>/dev/null || :
  rm -rf "$training"
}

# Without a locale that reads UTF-8, Java would not understand arguments that are not ASCII.
read_utf_8() {
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    '' | C | POSIX)
      LC_ALL=C.UTF-8
      export LC_ALL
      ;;
  esac
}

launch() {
  main=$1
  shift
  read_utf_8
  find_java || exit 1
  if is_stale; then
    build
  fi
  if [ ! "$cache" -nt "$stamp" ]; then
    prepare_fast_start
  fi
  if [ -s "$cache" ]; then
    set -- -XX:AOTCache="$cache" '-Xlog:aot*=off' '-Xlog:cds*=off' -cp "$home/lib/*" "$main" "$@"
  else
    set -- -cp "$home/lib/*" "$main" "$@"
  fi
  # what an import makes is short-lived: with room for it, little is left to be collected
  room=
  for word in "$@"; do
    case $word in
      import | import-*) room=-XX:InitialRAMPercentage=10 ;;
    esac
  done
  # compressed log files are read by a native library
  # shellcheck disable=SC2086 # the options of the user are words
  exec "$java_home/bin/java" -XX:+UseSerialGC $room --enable-native-access=ALL-UNNAMED \
    -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 \
    ${DAYBOOK_JAVA_OPTS-} "$@"
}
