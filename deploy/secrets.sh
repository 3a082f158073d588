#!/usr/bin/env bash
# Makes the secrets that docker-compose.yml mounts, each once; existing ones stay. The folder is closed to other users;
# its files are readable because containers read them as users of their own.
set -euo pipefail
umask 077
folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/secrets
mkdir -p "$folder"
chmod 700 "$folder"
command -v openssl >/dev/null || { echo "secrets.sh: openssl is missing" >&2; exit 1; }

for name in postgres backup-db restore-db verifier-db notifier-db audit-db s3 scratch \
  backup-kafka restore-kafka verifier-kafka notifier-kafka audit-kafka producer-kafka admin-token metrics-token grafana; do
  [[ -s $folder/$name ]] && continue
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$folder/$name"
  chmod 444 "$folder/$name"
done

# The services know the SHA-256 of the admin token, the command line on this host the token.
printf 'sha256:%s' "$(openssl dgst -sha256 -r "$folder/admin-token" | cut -d' ' -f1)" >"$folder/.admin-token-hash"
chmod 444 "$folder/.admin-token-hash"
mv -f "$folder/.admin-token-hash" "$folder/admin-token-hash"

# Kafka's certificate authority, the broker's certificate and that of its super user, each with its key in one file, for ten
# years. Delete kafka-server and kafka-admin to renew them; clients trust the authority. Its own key is mounted nowhere.
authority() {
  openssl req -x509 -new -newkey rsa:3072 -nodes -sha256 -days 3650 -keyout "$folder/kafka-ca-key" -out "$folder/kafka-ca" \
    -config <(printf '%s\n' '[req]' 'distinguished_name = name' 'prompt = no' 'x509_extensions = extensions' \
      '[name]' 'CN = holdfast-kafka-ca' '[extensions]' 'basicConstraints = critical, CA:TRUE' \
      'keyUsage = critical, keyCertSign, cRLSign' 'subjectKeyIdentifier = hash') 2>/dev/null
  chmod 400 "$folder/kafka-ca-key"
  chmod 444 "$folder/kafka-ca"
  rm -f "$folder/kafka-server" "$folder/kafka-admin" # of another authority
}
certificate() { # NAME COMMON_NAME EXTENSION…
  local work
  work=$(mktemp -d "$folder/.new-XXXXXX")
  openssl req -new -newkey rsa:3072 -nodes -keyout "$work/key" -out "$work/request" \
    -config <(printf '%s\n' '[req]' 'distinguished_name = name' 'prompt = no' '[name]' "CN = $2") 2>/dev/null
  openssl x509 -req -sha256 -days 3650 -in "$work/request" -CA "$folder/kafka-ca" -CAkey "$folder/kafka-ca-key" \
    -set_serial "0x$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" -out "$work/certificate" \
    -extfile <(printf '%s\n' 'basicConstraints = critical, CA:FALSE' "${@:3}") 2>/dev/null
  cat "$work/key" "$work/certificate" >"$work/both"
  chmod 444 "$work/both"
  mv "$work/both" "$folder/$1"
  rm -rf "$work"
}
[[ -s $folder/kafka-ca && -s $folder/kafka-ca-key ]] || authority
[[ -s $folder/kafka-server ]] || certificate kafka-server kafka 'extendedKeyUsage = serverAuth, clientAuth' \
  'subjectAltName = DNS:kafka, DNS:localhost, IP:127.0.0.1'
[[ -s $folder/kafka-admin ]] || certificate kafka-admin admin 'extendedKeyUsage = clientAuth'
echo "secrets are in $folder"
