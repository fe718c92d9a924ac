#!/bin/sh
# Installs the program with its manual page and completions.
# Usage: scripts/install.sh PROGRAM PREFIX, or scripts/install.sh --remove PREFIX
# Debian looks for zsh's functions of packages in vendor-completions: set ZSH_FUNCTIONS for it.
set -eu

[ $# -eq 2 ] || { echo 'usage: scripts/install.sh PROGRAM|--remove PREFIX' >&2; exit 64; }
program=$1
prefix=$2
bin=$prefix/bin/viseme
manual=$prefix/share/man/man1/viseme.1
bash=$prefix/share/bash-completion/completions/viseme
zsh=$prefix/share/zsh/${ZSH_FUNCTIONS:-site-functions}/_viseme
fish=$prefix/share/fish/vendor_completions.d/viseme.fish

if [ "$program" = --remove ]; then
  rm -f "$bin" "$manual" "$bash" "$zsh" "$fish"
  exit 0
fi
[ -x "$program" ] || { echo "install: no program $program; make build comes first" >&2; exit 66; }
# What is made is made whole before anything is put in place.
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$program" manual >"$made/viseme.1"
for shell in bash zsh fish; do "$program" completions $shell >"$made/$shell"; done
install -D -m 755 "$program" "$bin"
install -D -m 644 "$made/viseme.1" "$manual"
install -D -m 644 "$made/bash" "$bash"
install -D -m 644 "$made/zsh" "$zsh"
install -D -m 644 "$made/fish" "$fish"
echo "install: $bin, with its manual page and completions for bash, zsh and fish"
