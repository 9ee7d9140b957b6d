// Nothing of its own: the library holds all that this import links. BoringSSL's functions have the prefix
// `CCryptoBoringSSL_` there.
@_exported import Crypto
