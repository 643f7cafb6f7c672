#!/usr/bin/env bash
# Builds the product twice, in two folders, from what is committed, and compares jars and SBOMs byte for byte.
# About two minutes; not part of ./tabellion test. JAVA_HOME must be on a JDK 25.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
readonly root work
readonly modules=(proto yaml verifier detection mesh ext-proc-server xds-control-plane)

for folder in one two/deeper; do
  mkdir -p "$work/$folder"
  git -C "$root" archive HEAD | tar -x -C "$work/$folder"
  (cd "$work/$folder" && mvn -B -q -pl "$(IFS=,; echo "${modules[*]}")" -Dmaven.test.skip=true -Dspotless.check.skip package)
done

different=0
for module in "${modules[@]}"; do
  for file in "$work/one/$module/target/"*.jar "$work/one/$module/target/"bom.{json,xml}; do
    if cmp -s "$file" "$work/two/deeper/$module/target/${file##*/}"; then
      echo "same       $module/${file##*/}"
    else
      echo "DIFFERENT  $module/${file##*/}"
      different=1
    fi
  done
done
exit $different
