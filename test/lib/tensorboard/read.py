"""Reads a TensorBoard event file by the description of its format, and by nothing of the code that writes it.

    python3 read.py FILE        one JSON object a line: time, and step, version, status or values

A wrong checksum, a torn record or an unknown wire type ends it with exit code 1.
"""

import json
import math
import struct
import sys


def crc32c(data):
    """The remainder of the polynomial division, bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283  # the check value of the catalogue of CRCs
assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4


def check(data, stored, what):
    rotated = (stored - 0xA282EAD8) & 0xFFFFFFFF
    crc = (rotated >> 17 | rotated << 15) & 0xFFFFFFFF
    if crc != crc32c(data):
        sys.exit(f"wrong checksum of {what}")


def records(data):
    at = 0
    while at < len(data):
        if at + 12 > len(data):
            sys.exit(f"torn record at {at}")
        length, stored = struct.unpack_from("<QI", data, at)
        check(data[at : at + 8], stored, f"the length at {at}")
        end = at + 12 + length
        if end + 4 > len(data):
            sys.exit(f"torn record at {at}")
        check(data[at + 12 : end], struct.unpack_from("<I", data, end)[0], f"the record at {at}")
        yield data[at + 12 : end]
        at = end + 4


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at += 1
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """Field numbers and values of a message."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 1:
            value, at = struct.unpack_from("<d", data, at)[0], at + 8
        elif kind == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        elif kind == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        else:
            sys.exit(f"unknown wire type {kind}")
        yield key >> 3, value


def scalar(message):
    value = dict(fields(message))
    number = value[2]
    return value[1].decode(), number if math.isfinite(number) else None


def event(message):
    found = {}
    for field, value in fields(message):
        if field == 1:
            found["time"] = value
        elif field == 2:
            found["step"] = value
        elif field == 3:
            found["version"] = value.decode()
        elif field == 5:
            found["values"] = dict(scalar(inner) for number, inner in fields(value) if number == 1)
        elif field == 7:
            found["status"] = dict(fields(value))[1]
        else:
            sys.exit(f"unknown field {field}")
    return found


with open(sys.argv[1], "rb") as file:
    for record in records(file.read()):
        print(json.dumps(event(record)))
