#!/usr/bin/env python3
"""An independent model of the handshake, written from the specification, that prints Protocol/Vectors.swift.

Only the standard library: BLAKE2s and HMAC come from hashlib, X25519 (RFC 7748), ChaCha20-Poly1305 (RFC 8439) and
HChaCha20 (draft-irtf-cfrg-xchacha) are written out. Run it as `python3 Tests/Vectors/model.py > Tests/Vectors/Protocol/Vectors.swift`.
"""
import hashlib
import hmac
import struct


# Primitives

def hash_(*parts):
    return hashlib.blake2s(b"".join(parts)).digest()


def mac(key, data):
    return hashlib.blake2s(data, key=key, digest_size=16).digest()


def kdf(count, key, data):
    h = lambda k, x: hmac.new(k, x, hashlib.blake2s).digest()
    root, previous, out = h(key, data), b"", []
    for i in range(count):
        previous = h(root, previous + bytes([i + 1]))
        out.append(previous)
    return out[0] if count == 1 else out


P = 2**255 - 19


def clamp(seed):
    b = bytearray(seed)
    b[0] &= 248
    b[31] = (b[31] & 127) | 64
    return bytes(b)


def dh(private, point):
    k = int.from_bytes(clamp(private), "little")
    u = (int.from_bytes(point, "little") & (2**255 - 1)) % P
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in range(254, -1, -1):
        bit = k >> t & 1
        if swap ^ bit:
            x2, x3, z2, z3 = x3, x2, z3, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a % P, c * b % P, a * a % P, b * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + 121665 * e) % P
    if swap:
        x2, x3, z2, z3 = x3, x2, z3, z2
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def public(private):
    return dh(private, bytes([9]) + bytes(31))


def rounds(state):
    s = list(state)

    def quarter(a, b, c, d):
        for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xFFFFFFFF
            v = s[z] ^ s[x]
            s[z] = (v << n | v >> (32 - n)) & 0xFFFFFFFF

    for _ in range(10):
        for q in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                  (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(*q)
    return s


SIGMA = struct.unpack("<4I", b"expand 32-byte k")


def stream(key, nonce, block):
    state = SIGMA + struct.unpack("<8I", key) + (block,) + struct.unpack("<3I", nonce)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(rounds(state), state)))


def hchacha(key, nonce):
    s = rounds(SIGMA + struct.unpack("<8I", key) + struct.unpack("<4I", nonce))
    return struct.pack("<8I", *s[:4], *s[12:])


def seal_nonce(key, nonce, plain, additional):
    cipher = b"".join(
        bytes(a ^ b for a, b in zip(plain[i:i + 64], stream(key, nonce, 1 + i // 64))) for i in range(0, len(plain), 64))
    one_time = stream(key, nonce, 0)
    r = int.from_bytes(one_time[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    pad = lambda x: x + bytes(-len(x) % 16)
    data = pad(additional) + pad(cipher) + struct.pack("<QQ", len(additional), len(cipher))
    total = 0
    for i in range(0, len(data), 16):
        total = (total + int.from_bytes(data[i:i + 16] + b"\x01", "little")) * r % (2**130 - 5)
    tag = (total + int.from_bytes(one_time[16:32], "little")) & (2**128 - 1)
    return cipher + tag.to_bytes(16, "little")


def seal(key, counter, plain, additional=b""):
    return seal_nonce(key, bytes(4) + struct.pack("<Q", counter), plain, additional)


def xseal(key, nonce, plain, additional):
    return seal_nonce(hchacha(key, nonce[:16]), bytes(4) + nonce[16:], plain, additional)


# The protocol

CONSTRUCTION = b"Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"
IDENTIFIER = b"WireGuard v1 zx2c4 Jason@zx2c4.com"


def macs(body, receiver_public, cookie=None):
    message = body + mac(hash_(b"mac1----", receiver_public), body)
    return message + (mac(cookie, message) if cookie else bytes(16))


def handshake(v):
    """Fills in `v` from its inputs: si, sr, ei, er (private), psk, timestamp, index_i, index_r, cookie_i, cookie_r."""
    v["pub_i"], v["pub_r"] = public(v["si"]), public(v["sr"])
    v["epub_i"], v["epub_r"] = public(v["ei"]), public(v["er"])
    v["c0"] = c = hash_(CONSTRUCTION)
    v["h0"] = hash_(c, IDENTIFIER)
    v["i_h_static_key"] = h = hash_(v["h0"], v["pub_r"])
    v["i_h_ephemeral"] = h = hash_(h, v["epub_i"])
    v["i_c_ephemeral"] = c = kdf(1, c, v["epub_i"])
    v["es"] = dh(v["ei"], v["pub_r"])
    c, k = kdf(2, c, v["es"])
    v["i_c_es"], v["i_key_static"] = c, k
    v["sealed_static"] = seal(k, 0, v["pub_i"], h)
    v["i_h_static"] = h = hash_(h, v["sealed_static"])
    v["ss"] = dh(v["si"], v["pub_r"])
    c, k = kdf(2, c, v["ss"])
    v["i_c_ss"], v["i_key_timestamp"] = c, k
    v["sealed_timestamp"] = seal(k, 0, v["timestamp"], h)
    v["i_h_timestamp"] = h = hash_(h, v["sealed_timestamp"])
    body = struct.pack("<II", 1, v["index_i"]) + v["epub_i"] + v["sealed_static"] + v["sealed_timestamp"]
    v["initiation"] = macs(body, v["pub_r"], v["cookie_i"])

    v["r_c_ephemeral"] = c = kdf(1, c, v["epub_r"])
    v["r_h_ephemeral"] = h = hash_(h, v["epub_r"])
    v["ee"] = dh(v["er"], v["epub_i"])
    v["r_c_ee"] = c = kdf(1, c, v["ee"])
    v["se"] = dh(v["er"], v["pub_i"])
    v["r_c_se"] = c = kdf(1, c, v["se"])
    c, tau, k = kdf(3, c, v["psk"])
    v["r_c_psk"], v["tau"], v["r_key"] = c, tau, k
    v["r_h_tau"] = h = hash_(h, tau)
    v["sealed_empty"] = seal(k, 0, b"", h)
    v["r_h_final"] = hash_(h, v["sealed_empty"])
    body = struct.pack("<III", 2, v["index_r"], v["index_i"]) + v["epub_r"] + v["sealed_empty"]
    v["response"] = macs(body, v["pub_i"], v["cookie_r"])
    v["key_ir"], v["key_ri"] = kdf(2, c, b"")
    return v


def first():
    """The inputs of the specification's known answers."""
    v = handshake(dict(
        si=clamp(b"\x11" * 32), sr=clamp(b"\x22" * 32), ei=clamp(b"\x33" * 32), er=clamp(b"\x44" * 32), psk=b"\x55" * 32,
        timestamp=bytes.fromhex("400000006553f10a00000000"), index_i=0x01020304, index_r=0x0A0B0C0D,
        cookie_i=None, cookie_r=None))
    v["keepalive"] = struct.pack("<IIQ", 4, v["index_r"], 0) + seal(v["key_ir"], 0, b"")
    v["packet"] = bytes.fromhex("4500001500000000401100000a0000020a00000141").ljust(32, b"\0")
    v["data"] = struct.pack("<IIQ", 4, v["index_r"], 1) + seal(v["key_ir"], 1, v["packet"])
    v["mac1_key_r"], v["mac1_key_i"] = hash_(b"mac1----", v["pub_r"]), hash_(b"mac1----", v["pub_i"])
    v["mac1"] = v["initiation"][116:132]
    v["cookie_secret"], v["nonce"] = b"\x66" * 32, b"\x77" * 24
    v["cookie"] = mac(v["cookie_secret"], bytes([192, 0, 2, 1]) + struct.pack(">H", 51820))
    v["cookie6"] = mac(v["cookie_secret"], bytes.fromhex("20010db8000000000000000000000001") + struct.pack(">H", 51820))
    v["cookie_key_r"] = hash_(b"cookie--", v["pub_r"])
    v["cookie_reply"] = struct.pack("<II", 3, v["index_i"]) + v["nonce"] + xseal(
        v["cookie_key_r"], v["nonce"], v["cookie"], v["mac1"])
    v["mac2"] = mac(v["cookie"], v["initiation"][:132])
    return v


def other(number):
    """A handshake without a preshared key, with MAC2 in both messages; inputs are hashes of a label."""
    label = lambda name: hash_(b"needletail vector %d " % number, name)
    return handshake(dict(
        si=clamp(label(b"si")), sr=clamp(label(b"sr")), ei=clamp(label(b"ei")), er=clamp(label(b"er")), psk=bytes(32),
        timestamp=label(b"timestamp")[:12], index_i=0xFFFFFFFF, index_r=0, cookie_i=label(b"ci")[:16],
        cookie_r=label(b"cr")[:16]))


def check(v):
    """The specification's printed answers, which a live handshake with another implementation confirmed."""
    assert v["c0"].hex() == "60e26daef327efc02ec335e2a025d2d016eb4206f87277f52d38d1988b78cd36"
    assert v["h0"].hex() == "2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3"
    assert v["i_h_timestamp"].hex() == "b0368334516a0c37bb427da21337d3cf12bf1273783d82f9a35a329065efa39b"
    assert v["r_h_final"].hex() == "ceec4453e56c1e38cea029a899a624369399e400f7d7f1286c695ee9438bdd49"
    assert v["key_ir"].hex() == "a007faf842d83f5bd3be20a14e0ffcec34c84867b78b051980602713205922de"
    assert v["key_ri"].hex() == "d982d5cd10d34a7802b6c19fa441cd9164d70e4f4d62007ab416879ee8bd1b99"
    assert v["data"].hex()[32:] == (
        "8d1cd7bfb3b14856579c13ab44d0ffa2e8eae65859ca49388cb3bce881b378114d4ba1428ad09823501d1ce585e4ccd4")
    assert v["cookie"].hex() == "0da54ebfa83089e16a06e54293a58209"
    assert v["cookie_reply"].hex()[64:] == "2cd93e962dd62def62b6bdc519db3e41b09544179c343d11fa9485c854be8fbf"
    assert v["mac2"].hex() == "8d2fe9fd602b867f069e4276f3db460e"


NAMES = [
    ("initiatorPrivate", "si", "Initiator's static private key, clamped."),
    ("initiatorPublic", "pub_i", "Initiator's static public key."),
    ("responderPrivate", "sr", "Responder's static private key, clamped."),
    ("responderPublic", "pub_r", "Responder's static public key."),
    ("initiatorEphemeralPrivate", "ei", "Initiator's ephemeral private key, clamped."),
    ("initiatorEphemeralPublic", "epub_i", "Initiator's ephemeral public key."),
    ("responderEphemeralPrivate", "er", "Responder's ephemeral private key, clamped."),
    ("responderEphemeralPublic", "epub_r", "Responder's ephemeral public key."),
    ("presharedKey", "psk", "Preshared key; zeros mean none."),
    ("timestamp", "timestamp", "TAI64N timestamp of the initiation."),
    ("constructionHash", "c0", "HASH(construction)."),
    ("identifierHash", "h0", "HASH(HASH(construction) ‖ identifier)."),
    ("initiationHashAfterStaticKey", "i_h_static_key", "H after the responder's static public key."),
    ("initiationChainAfterEphemeral", "i_c_ephemeral", "C after KDF1(ephemeral)."),
    ("initiationHashAfterEphemeral", "i_h_ephemeral", "H after the ephemeral."),
    ("es", "es", "DH(initiator's ephemeral, responder's static)."),
    ("initiationChainAfterES", "i_c_es", "C after es."),
    ("initiationKeyForStatic", "i_key_static", "Key for the static field."),
    ("sealedStatic", "sealed_static", "Sealed static field."),
    ("initiationHashAfterStatic", "i_h_static", "H after the static field."),
    ("ss", "ss", "DH(initiator's static, responder's static)."),
    ("initiationChainAfterSS", "i_c_ss", "C after ss."),
    ("initiationKeyForTimestamp", "i_key_timestamp", "Key for the timestamp field."),
    ("sealedTimestamp", "sealed_timestamp", "Sealed timestamp field."),
    ("initiationHashAfterTimestamp", "i_h_timestamp", "H after the timestamp field."),
    ("initiation", "initiation", "The initiation, complete."),
    ("responseChainAfterEphemeral", "r_c_ephemeral", "C after KDF1(responder's ephemeral)."),
    ("responseHashAfterEphemeral", "r_h_ephemeral", "H after the responder's ephemeral."),
    ("ee", "ee", "DH(ephemeral, ephemeral)."),
    ("responseChainAfterEE", "r_c_ee", "C after ee."),
    ("se", "se", "DH(responder's ephemeral, initiator's static)."),
    ("responseChainAfterSE", "r_c_se", "C after se."),
    ("responseChainAfterPSK", "r_c_psk", "C after the preshared key."),
    ("tau", "tau", "τ, the middle output of the preshared key's KDF3."),
    ("responseKey", "r_key", "Key for the empty field."),
    ("responseHashAfterTau", "r_h_tau", "H after τ."),
    ("sealedEmpty", "sealed_empty", "Sealed empty field."),
    ("responseHashFinal", "r_h_final", "H after the empty field."),
    ("response", "response", "The response, complete."),
    ("initiatorToResponderKey", "key_ir", "Transport key from initiator to responder."),
    ("responderToInitiatorKey", "key_ri", "Transport key from responder to initiator."),
]
TRANSPORT = [
    ("keepalive", "keepalive", "Keepalive from the initiator, counter 0."),
    ("packet", "packet", "A 21-byte IPv4 packet padded to 32 bytes."),
    ("data", "data", "That packet from the initiator, counter 1."),
]
COOKIE = [
    ("mac1KeyOfResponder", "mac1_key_r", "HASH(\"mac1----\" ‖ responder's public key)."),
    ("mac1KeyOfInitiator", "mac1_key_i", "HASH(\"mac1----\" ‖ initiator's public key)."),
    ("cookieKeyOfResponder", "cookie_key_r", "HASH(\"cookie--\" ‖ responder's public key)."),
    ("mac1", "mac1", "MAC1 of the initiation."),
    ("secret", "cookie_secret", "The responder's cookie secret R."),
    ("nonce", "nonce", "Nonce of the cookie reply."),
    ("cookie", "cookie", "Cookie of 192.0.2.1:51820."),
    ("cookieForIPv6", "cookie6", "Cookie of [2001:db8::1]:51820."),
    ("reply", "cookie_reply", "Cookie reply to the initiation."),
    ("mac2", "mac2", "MAC2 of the initiation under that cookie."),
]


def chunks(text):
    return [text[i:i + 96] for i in range(0, len(text), 96)]


def emit(name, table, v, comment):
    print(f"\n/// {comment}")
    print(f"public enum {name} {{")
    for field, key, text in table:
        print(f"  /// {text}")
        lines = [f'"{line}"' for line in chunks(v[key].hex())]
        if len(lines) == 1 and len(field) + len(lines[0]) < 88:
            print(f"  public static let {field} = octets({lines[0]})")
        else:
            print(f"  public static let {field} = octets(\n    " + "\n      + ".join(lines) + ")")
    print("}")


if __name__ == "__main__":
    v, w = first(), other(2)
    check(v)
    print("// Known answers of the protocol, all in wire order. Made by Tests/Vectors/model.py; do not edit.")
    print("// The first handshake, its transport messages and its cookie were exchanged with another implementation.")
    emit("FirstHandshake", NAMES, v, "With a preshared key and without cookies; indices 0x01020304 and 0x0a0b0c0d.")
    emit("SecondHandshake", NAMES + [
        ("cookieForInitiation", "cookie_i", "The cookie MAC2 of the initiation is made with."),
        ("cookieForResponse", "cookie_r", "The cookie MAC2 of the response is made with."),
    ], w, "Without a preshared key and with MAC2 in both messages; indices 0xffffffff and 0.")
    emit("TransportVectors", TRANSPORT, v, "The first data messages of the first handshake's session.")
    emit("CookieVectors", COOKIE, v, "The cookie exchange that answers the first handshake's initiation.")
