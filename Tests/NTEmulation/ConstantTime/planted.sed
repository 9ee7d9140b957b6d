# What planted.mk changes: tags are compared as memcmp does it, up to the first byte that differs, and points change places
# by a branch.
s/return \((tag\.low ^ low) | (tag\.high ^ high)\)/var same: UInt64 = 0\
    while same < 16,\
      unsafe UInt64(place.load(fromByteOffset: Int(same), as: UInt8.self))\
        == (same < 8 ? tag.low : tag.high) \&>> (same \&* 8) \& 255\
    { same \&+= 1 }\
    return same < 16 ? 1 : \1/
s/ladder\.swap(if: swapped ^ bit)/if swapped != bit { ladder.swap(if: 1) }/
