#!/bin/sh
# Tests the kernels on arm64, under emulation, against plain loops and against this machine's results.
# Needs clang, the cross libraries of Debian (libc6-dev-arm64-cross, libgcc-*-dev-arm64-cross) and qemu-user.
set -eu
cd "$(dirname "$0")/.."

CLANG=${CLANG:-clang}
PLACE=.build/arm64
missing=''
command -v qemu-aarch64 >/dev/null 2>&1 || missing="$missing qemu-user"
[ -d /usr/aarch64-linux-gnu/include ] || missing="$missing libc6-dev-arm64-cross"
command -v aarch64-linux-gnu-gcc >/dev/null 2>&1 || missing="$missing gcc-aarch64-linux-gnu"
if [ -n "$missing" ]; then
  echo "arm64: not here (apt-get install$missing)" >&2
  exit 1
fi
mkdir -p "$PLACE"

# Compiles as SwiftPM does, for a target, with what else it needs.
compile() {
  output=$1
  shift
  "$CLANG" "$@" -O3 -Wall -Wextra -Werror -D_GNU_SOURCE -I Sources/CKernels/include -o "$PLACE/$output" \
    Tests/Arm64/kernels.c Sources/CKernels/*.c -lm
}

compile here
compile there --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include \
  --gcc-install-dir="$(dirname "$(aarch64-linux-gnu-gcc -print-libgcc-file-name)")" \
  -B/usr/aarch64-linux-gnu/lib -L/usr/aarch64-linux-gnu/lib -fuse-ld="${LINKER:-lld}" -static
echo 'arm64: this machine'
VISEME_ISA=baseline "$PLACE/here" | tee "$PLACE/here.txt"
echo 'arm64: emulated'
qemu-aarch64 "$PLACE/there" | tee "$PLACE/there.txt"
grep '^same' "$PLACE/here.txt" >"$PLACE/here.same"
grep '^same' "$PLACE/there.txt" | cmp - "$PLACE/here.same" || {
  echo 'arm64: what must be the same to the bit is not' >&2
  exit 1
}
if grep -q '^FAIL' "$PLACE/here.txt" "$PLACE/there.txt"; then
  echo 'arm64: an error is above its bound' >&2
  exit 1
fi
vectors=$("${OBJDUMP:-llvm-objdump}" -d "$PLACE/there" | grep -cE '\b(fmla|smlal2?|umlal2?|sdot|udot)\b' || true)
echo "arm64: all is right; $vectors multiply-adds of NEON in the program"
