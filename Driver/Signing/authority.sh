#!/bin/sh
# authority.sh DIRECTORY: an authority for tests: a root, a certificate for code, one for time stamps (RFC 3161, made on the
# spot and without a network), and DIRECTORY/signer, which signs the file it is called with. Nobody trusts it, and nobody
# should: Windows takes no driver that it signed. Every directory has keys of its own.
set -eu
out=$1
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$out"
quietly() { "$@" > log 2>&1 || { cat log >&2; exit 1; }; }
quietly openssl req -x509 -newkey rsa:3072 -nodes -sha256 -keyout root.key -out root.pem -days 3650 \
  -subj "/O=Needletail/CN=Needletail test root: not to be trusted"
# certify NAME USAGE SUBJECT
certify() {
  quietly openssl req -newkey rsa:3072 -nodes -sha256 -keyout "$1.key" -out "$1.csr" -subj "/O=Needletail/CN=$3"
  printf 'basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,%s\n' "$2" \
    > "$1.extensions"
  quietly openssl x509 -req -sha256 -in "$1.csr" -CA root.pem -CAkey root.key -CAcreateserial -days 365 \
    -extfile "$1.extensions" -out "$1.pem"
  rm "$1.csr" "$1.extensions"
}
certify code codeSigning "Needletail test publisher"
certify time timeStamping "Needletail test clock"
cat time.pem root.pem > time-chain.pem
chmod 600 ./*.key
cat > signer << END
#!/bin/sh
set -eu
osslsigncode sign -certs "$out/code.pem" -ac "$out/root.pem" -key "$out/code.key" -h sha256 -n Needletail \\
  -TSA-certs "$out/time-chain.pem" -TSA-key "$out/time.key" -in "\$1" -out "\$1.signed"
mv "\$1.signed" "\$1"
END
chmod 755 signer
rm -f log
echo "authority: sign with NEEDLETAIL_SIGNER=$out/signer"
