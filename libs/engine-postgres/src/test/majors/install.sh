#!/usr/bin/env bash
# install.sh MAJOR...: puts PostgreSQL's servers and programs of these major versions into the cache folder, without
# root and without touching the installed ones. Each is Debian's own package, with the C library and all that it needs
# from the same release: the binaries are changed so that they find these instead of the machine's.
set -euo pipefail

cache=${HOLDFAST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/holdfast}/postgres
declare -A RELEASE=([13]=bullseye [15]=bookworm [17]=trixie [18]=forky)

missing() {
  echo "cannot install PostgreSQL $1: $2" >&2
  exit 3
}

mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    awk '$1 == "deb" {for (i = 2; i <= NF; i++) if ($i ~ /^http/) {print $i; exit}} $1 == "URIs:" {print $2; exit}'
}

# download MAJOR FOLDER: an apt of its own, which knows of no installed package
download() {
  local major=$1 apt=$2/apt release=${RELEASE[$1]}
  mkdir -p "$apt"/{lists/partial,archives/partial,etc/preferences.d}
  : >"$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $release main" >"$apt/etc/sources.list"
  local options=(-qq -o "Dir::State=$apt" -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt" -o "Dir::Etc=$apt/etc"
    -o Dir::Etc::sourcelist=sources.list -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::main=/dev/null
    -o Debug::NoLocking=1 -o APT::Install-Recommends=no -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false)
  apt-get "${options[@]}" update
  apt-get "${options[@]}" -y --download-only install "postgresql-$major"
}

install() {
  local major=$1 target=$cache/$1 folder loader libraries program
  [[ ! -x $target/bin/postgres ]] || return 0
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || missing "$major" "it needs apt-get and dpkg-deb"
  command -v patchelf >/dev/null || missing "$major" "it needs patchelf (apt-get install patchelf)"
  echo "installing PostgreSQL $major from Debian ${RELEASE[$major]} into $target"
  mkdir -p "$cache"
  folder=$(mktemp -d "$cache/$major.XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf '$folder'" EXIT
  download "$major" "$folder" || missing "$major" "the packages could not be downloaded"
  local root=$cache/$major.root
  rm -rf "$root"
  mkdir -p "$root"
  for program in "$folder"/apt/archives/*.deb; do
    dpkg-deb -x "$program" "$root"
  done
  loader=$(find "$root/lib/" "$root/usr/lib/" "$root/lib64/" -xtype f -name 'ld-linux-*.so.*' 2>/dev/null | head -1 || :)
  libraries=$(find "$root/lib/" "$root/usr/lib/" -maxdepth 1 -name '*-linux-gnu' -printf '%p:' 2>/dev/null || :)
  # the path of libraries counts for what the server loads later, too
  for program in "$root/usr/lib/postgresql/$major/bin/"*; do
    patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$program" 2>/dev/null || :
  done
  ln -s "$root/usr/lib/postgresql/$major" "$folder/link"
  chmod -R go+rX "$root"
  mv -T "$folder/link" "$target"
  rm -rf "$folder"
  trap - EXIT
  "$target/bin/postgres" --version
}

for major in "$@"; do
  install "$major"
done
