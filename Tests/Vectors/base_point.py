#!/usr/bin/env python3
"""Prints the table of multiples of the base point that X25519.publicKey adds up, from the curve's equations alone.

Only the standard library. Run it as
`python3 Tests/Vectors/base_point.py > Sources/Cryptography/Agreement/BasePointTable.swift`.
"""

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
COMBS, TEETH, SPACING = 8, 4, 8


def base_point():
    """The point with y = 4/5 and an even x: u = 9 on the Montgomery curve."""
    y = 4 * pow(5, -1, P) % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square and (1 + y) * pow(1 - y, -1, P) % P == 9
    return (x if x % 2 == 0 else P - x, y)


def add(one, two):
    """The complete addition of -x^2 + y^2 = 1 + D x^2 y^2, in affine coordinates."""
    (x1, y1), (x2, y2) = one, two
    mixed = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + mixed, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - mixed, -1, P) % P)


def negated(point):
    return (-point[0] % P, point[1])


def powers():
    """The base point times every power of two that a tooth stands for."""
    point, found = base_point(), []
    for bit in range(COMBS * TEETH * SPACING):
        if bit % SPACING == 0:
            found.append(point)
        point = add(point, point)
    return found


def literal(number):
    digits = "%064x" % number
    quarters = [digits[i:i + 4] for i in range(0, 64, 4)]
    words = ["0x" + "_".join(quarters[i:i + 4]) for i in (12, 8, 4, 0)]
    return "  .init(%s)," % ", ".join(words)


def entries():
    teeth = powers()
    for comb in range(COMBS):
        mine = teeth[comb * TEETH:(comb + 1) * TEETH]
        for pattern in range(2 ** (TEETH - 1)):
            point = mine[-1]
            for tooth in range(TEETH - 1):
                point = add(point, mine[tooth] if pattern >> tooth & 1 else negated(mine[tooth]))
            x, y = point
            yield from ((y + x) % P, (y - x) % P, 2 * D * x * y % P)


print("""// Written by Tests/Vectors/base_point.py.

/// The multiples of the base point that `BaseMultiplication` adds up, 6 KB.
///
/// For the comb j of 8 and the pattern i of 8, entries 24 j + 3 i and the two after it are y + x, y − x and 2 d x y of
/// the point 2^(32 j) (2^24 ± 2^16 ± 2^8 ± 1) B, where the sign of 2^(8 k) is plus if bit k of i is set.
let basePointTable: InlineArray<192, PackedFieldElement> = [""")
for number in entries():
    print(literal(number))
print("]")
