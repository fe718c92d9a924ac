#!/bin/sh
# Makes a release of the version in Sources/Pipeline/ResultsRevision.swift: checks, builds, packs, tags.
# Usage: scripts/release.sh [--dry-run]
# --dry-run leaves out the whole check (.ci/run) and the tag. docs/RELEASING.md is the list around it.
set -eu
cd "$(dirname "$0")/.."

fail() { printf 'release: %s\n' "$*" >&2; exit 1; }

dry=${1:-}
[ -z "$dry" ] || [ "$dry" = --dry-run ] || fail 'the only option is --dry-run'
version=$(sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Pipeline/ResultsRevision.swift)
[ -n "$version" ] || fail 'no version in Sources/Pipeline/ResultsRevision.swift'
heading=$(grep -m 1 '^## ' CHANGELOG.md)
if [ -z "$dry" ]; then
  [ -z "$(git status --porcelain)" ] || fail 'there are changes that are not committed'
  case $heading in
    "## [$version] - 20"*) ;;
    *) fail "CHANGELOG.md begins with '$heading', not with '## [$version] - DATE'" ;;
  esac
  ! git rev-parse -q --verify "refs/tags/$version" >/dev/null || fail "there is a tag $version"
  .ci/run
else
  case $heading in
    "## [$version]"*) ;;
    *) fail "CHANGELOG.md begins with '$heading', not with version $version" ;;
  esac
fi
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
rm -rf .build/dist
make --no-print-directory deb tarball
git archive --format=tar.gz --prefix="viseme-$version/" -o ".build/dist/viseme-$version-source.tar.gz" HEAD
(cd .build/dist && sha256sum -- *.deb *.tar.gz >SHA256SUMS)
cat .build/dist/SHA256SUMS
if [ -n "$dry" ]; then
  echo "release: $version packed in .build/dist; not tagged"
else
  git tag -a "$version" -m "Viseme $version"
  echo "release: $version packed in .build/dist and tagged; push the tag with: git push origin $version"
fi
