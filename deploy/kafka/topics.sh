#!/usr/bin/env bash
# topics.sh BOOTSTRAP [CLIENT_PROPERTIES]: creates the platform's topics and their dead letters; those that exist stay as
# they are. PARTITIONS (3) and REPLICAS (1) may be set.
set -euo pipefail

server=(--bootstrap-server "$1" ${2:+--command-config "$2"})
topics="
holdfast.backup.requests.v1
holdfast.backup.events.v1
holdfast.restore.requests.v1
holdfast.restore.events.v1
holdfast.verification.requests.v1
holdfast.verification.events.v1
holdfast.alerts.v1
holdfast.notification.events.v1
holdfast.access.events.v1
holdfast.tokens.v1
holdfast.progress.v1
"

create() {
  /opt/kafka/bin/kafka-topics.sh "${server[@]}" --create --if-not-exists --topic "$@" \
    --partitions "${PARTITIONS:-3}" --replication-factor "${REPLICAS:-1}"
}

# Each call is a JVM of its own: only what is missing, four side by side, and each one's failure counts.
present=$(/opt/kafka/bin/kafka-topics.sh "${server[@]}" --list)
pids=()
for topic in $topics; do
  for name in "$topic" "$topic.dlq"; do
    grep -qxF "$name" <<<"$present" && continue
    case $name in
      *.dlq) create "$name" --config max.message.bytes=1114124 & ;; # room for the headers that say why it is dead
      *.tokens.*) create "$name" --config cleanup.policy=compact & ;; # a service without its database reads every token again
      *.progress.*) create "$name" --config retention.ms=3600000 --config segment.ms=600000 & ;;
      *) create "$name" & ;;
    esac
    pids+=($!)
    if ((${#pids[@]} == 4)); then
      for pid in "${pids[@]}"; do wait "$pid"; done
      pids=()
    fi
  done
done
for pid in ${pids[@]+"${pids[@]}"}; do wait "$pid"; done
