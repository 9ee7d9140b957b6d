# What planted.mk changes in SetRequest.swift: the product wraps, and the family is read wherever it may lie.
s/count\.multipliedReportingOverflow(by: \(.*\))$/(count \&* \1, false)/
s/bytes\.littleEndian16(at: \(.*Layout\.family\))/unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: \1, as: UInt16.self)/
