#!/usr/bin/env bash
# PyTorch's archive format (silero_vad.jit in silero-vad 6.2.3): read from front to back, each record of the ZIP file is
# empty, and the file says ZIP64 although it has 2 MB.
#
# PyTorch writes zeros for size and checksum into the header before each record, and the true ones behind the
# data and in the directory at the end. Tensors are stored without compression, so nothing else says where one
# ends. A reader without PyTorch has to start at the end of the file; one that trusts the first header gets
# weights of no bytes. The extra field "FB" before the data is padding to 64 bytes, and a ZIP64 end record is always
# there, so a reader that refuses ZIP64 refuses every model. (A model may also hold tensors of no bytes.)
#
# Seen: 126 records, 3 of them truly empty. In all of the other 123 the first header has size 0 and checksum 0. All data
# begin at multiples of 64. There is a ZIP64 end record whose every number also fits into the plain one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m pip download --quiet --no-deps --only-binary :all: --dest "$folder" silero-vad==6.2.3
python3 - "$folder"/*.whl <<'PY'
import io
import struct
import sys
import zipfile

with zipfile.ZipFile(sys.argv[1]) as wheel:
    model = wheel.read("silero_vad/data/silero_vad.jit")
# Local header: 30 bytes, checksum and the two sizes from byte 14, lengths of name and extra field from 26.
HEADER = struct.Struct("<14xIIIHH")
records = zipfile.ZipFile(io.BytesIO(model)).infolist()
filled = [record for record in records if record.file_size > 0]
blank = aligned = 0
for record in records:
    start = record.header_offset
    checksum, packed, size, name, extra = HEADER.unpack_from(model, start)
    aligned += (start + HEADER.size + name + extra) % 64 == 0
    blank += record.file_size > 0 and (checksum, packed, size) == (0, 0, 0)
# End records: ZIP64's has count, length and place of the directory from byte 32, the plain one from byte 10.
large = struct.unpack_from("<32xQQQ", model, model.rindex(b"PK\6\6"))
plain = struct.unpack_from("<10xHII", model, model.rindex(b"PK\5\6"))
print(f"{len(records)} records, {len(filled)} of them not empty; headers without size: {blank}; aligned: {aligned}")
print("ZIP64 end record:", *large, "plain end record:", *plain)
if (len(records), len(filled), blank, aligned) != (126, 123, 123, 126) or large != plain:
    raise SystemExit("changed: all 123 headers were blank, all 126 aligned, and both end records equal")
PY
