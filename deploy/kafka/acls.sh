#!/usr/bin/env bash
# acls.sh BOOTSTRAP CLIENT_PROPERTIES: sets the passwords of the users in acls.conf and makes their rights equal to that
# file: adds missing ones, then removes others. Users that the file does not name stay as they are.
# CLIENT_PROPERTIES log in as a super user. PASSWORDS (/run/secrets) holds USER's password as USER-kafka, without "-service".
set -euo pipefail
umask 077

bootstrap=$1
client=$2
rules=$(dirname "${BASH_SOURCE[0]}")/acls.conf
programs=${KAFKA_PROGRAMS:-/opt/kafka/bin}
passwords=${PASSWORDS:-/run/secrets}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

run() { "$programs/$1" --bootstrap-server "$bootstrap" --command-config "$client" "${@:2}"; }

# Each call is a JVM of its own: four side by side, and each one's failure counts.
running=0
start() {
  if ((running == 4)); then wait -n; else running=$((running + 1)); fi
  "$@" >/dev/null &
}
finish() {
  for ((; running > 0; running--)); do wait -n; done
}

# One line for each rule: USER OPERATION TYPE NAME
wanted() { awk 'NF && !/^#/ { print $1, toupper($2), toupper($3), $4 }' "$rules" | sort; }
present() {
  run kafka-acls.sh --list | sed -nE \
    -e 's/.*resourceType=([A-Z_]+), name=(.*), patternType=LITERAL.*/resource \1 \2/p' \
    -e 's/.*principal=User:([^,]+), host=\*, operation=([A-Z_]+), permissionType=ALLOW.*/user \1 \2/p' |
    awk '$1 == "resource" { resource = $2 " " $3 } $1 == "user" { print $2, $3, resource }' | sort
}

# apply ACTION FILE: one call for all rules of a user and an operation
apply() {
  local action=$1 user operation type name arguments
  while read -r user operation; do
    arguments=("--$action" --allow-principal "User:$user" --operation "$operation")
    [[ $action == add ]] || arguments+=(--force)
    while read -r type name; do arguments+=("--${type,,}" "$name"); done \
      < <(awk -v u="$user" -v o="$operation" '$1 == u && $2 == o { print $3, $4 }' "$2")
    start run kafka-acls.sh "${arguments[@]}"
  done < <(cut -d' ' -f1,2 "$2" | sort -u)
  finish
}

export LC_ALL=C
wanted >"$folder/wanted"
present >"$folder/present"
users=$(cut -d' ' -f1 "$folder/wanted" | sort -u)
for user in $users; do # in a file: arguments are visible to others
  printf 'SCRAM-SHA-512=password=%s\n' "$(cat "$passwords/${user%-service}-kafka")" >"$folder/$user"
  start run kafka-configs.sh --alter --entity-type users --entity-name "$user" --add-config-file "$folder/$user"
done
finish
comm -23 "$folder/wanted" "$folder/present" >"$folder/missing"
apply add "$folder/missing"
comm -13 "$folder/wanted" "$folder/present" |
  awk 'NR == FNR { known[$1]; next } $1 in known' "$folder/wanted" - >"$folder/surplus"
apply remove "$folder/surplus"
echo "rights: $(wc -l <"$folder/wanted"), added: $(wc -l <"$folder/missing"), removed: $(wc -l <"$folder/surplus")"
