#!/usr/bin/env bash
# Installs miniflare, which runs Cloudflare's workerd on this machine, into the cache: install.sh FOLDER VERSION
set -euo pipefail

folder=$1 version=$2
ready="$folder/miniflare-$version"
[[ -f $ready ]] && exit 0
mkdir -p "$folder"
# workerd's own install script only looks for its program, which npm has installed as an optional dependency
npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error "miniflare@$version"
touch "$ready"
