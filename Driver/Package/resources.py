#!/usr/bin/env python3
"""resources.py OUT.res NAME DESCRIPTION VERSION [[AS=]FILE...]: the resources of an image for the linker. A version resource
with the number 1, of the VERSION of the INF (four numbers with dots), and each FILE as raw data under the name AS, or its own;
of a program, the messages of its events."""
import os
import struct
import sys

RT_RCDATA, RT_MESSAGETABLE, RT_VERSION = 10, 11, 16
ENGLISH, UNICODE = 0x409, 1200


def padded(data, to=4):
    return data + b"\0" * (-len(data) % to)


def identifier(value):
    return struct.pack("<HH", 0xFFFF, value) if isinstance(value, int) else (value + "\0").encode("utf-16-le")


def resource(kind, name, data):
    names = padded(identifier(kind) + identifier(name))
    header = struct.pack("<II", len(data), 8 + len(names) + 16) + names + struct.pack("<IHHII", 0, 0x30, ENGLISH, 0, 0)
    return padded(header + data)


def block(key, value=b"", text=False, children=()):
    """One node of a version resource; children begin at multiples of four bytes from the beginning of the whole."""
    body = padded(b"\0" * 6 + (key + "\0").encode("utf-16-le"))[6:] + value
    for child in children:
        body = padded(body + b"\0" * 6)[:-6] if (len(body) + 6) % 4 == 0 else body + b"\0" * (-(len(body) + 6) % 4)
        body += child
    count = len(value) // 2 if text else len(value)
    return struct.pack("<HHH", 6 + len(body), count, int(text)) + body


def version(name, description, numbers):
    a, b, c, d = numbers
    file_type = {"exe": 1, "dll": 2, "sys": 3}[name[-3:]]
    fixed = struct.pack("<13I", 0xFEEF04BD, 0x10000, a << 16 | b, c << 16 | d, a << 16 | b, c << 16 | d, 0x3F, 0, 0x40004,
                        file_type, 6 if file_type == 3 else 0, 0, 0)
    text = ".".join(map(str, numbers))
    strings = {"CompanyName": "Needletail", "FileDescription": description, "FileVersion": text, "InternalName": name,
               "LegalCopyright": "MIT licence", "OriginalFilename": name, "ProductName": "Needletail",
               "ProductVersion": text}
    table = block("040904b0", children=[block(k, (v + "\0").encode("utf-16-le"), True) for k, v in strings.items()])
    translation = block("Translation", struct.pack("<HH", ENGLISH, UNICODE))
    return block("VS_VERSION_INFO", fixed, children=[
        block("StringFileInfo", children=[table]), block("VarFileInfo", children=[translation])])


def messages():
    """The messages of events: number 1 is the text that it is logged with."""
    text = padded("%1\r\n\0".encode("utf-16-le"))
    return struct.pack("<IIII", 1, 1, 1, 16) + struct.pack("<HH", 4 + len(text), 1) + text


def main():
    out, name, description, text, *files = sys.argv[1:]
    numbers = [int(part) for part in text.split(".")]
    if len(numbers) != 4 or max(numbers) > 0xFFFF:
        sys.exit("resources: not four numbers of 16 bits: " + text)
    data = resource(0, 0, b"") + resource(RT_VERSION, 1, version(name, description, numbers))
    if name.endswith(".exe"):
        data += resource(RT_MESSAGETABLE, 1, messages())
    named = {}
    for file in files:
        name, _, path = file.rpartition("=")
        named[(name or os.path.basename(path)).upper()] = path
    for name, path in sorted(named.items()):
        with open(path, "rb") as file:
            data += resource(RT_RCDATA, name, file.read())
    with open(out, "wb") as file:
        file.write(data)


main()
