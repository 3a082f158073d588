#!/usr/bin/env bash
# Makes the secrets that docker-compose.yml mounts, each once; existing ones stay. The folder is closed to other users;
# its files are readable because containers read them as users of their own.
set -euo pipefail
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/secrets
mkdir -p "$folder"
chmod 700 "$folder"
for name in postgres backup-db restore-db verifier-db notifier-db audit-db s3 scratch; do
  [[ -s $folder/$name ]] && continue
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$folder/$name"
  chmod 444 "$folder/$name"
done
echo "secrets are in $folder"
