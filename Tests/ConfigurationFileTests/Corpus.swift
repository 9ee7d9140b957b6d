/// Files as people and tools write them.
enum Corpus {
  static let secrets = [key(0x48), key(0xb1)]

  static let files: [String] = [
    """
    [Interface]
    PrivateKey = \(key(0x48))
    ListenPort = 51820
    FwMark = 0xcafe

    [Peer]
    PublicKey = \(key(0xa1))
    PresharedKey = \(key(0xb1))
    AllowedIPs = 10.0.0.0/8, fd00::/64
    Endpoint = 192.0.2.1:51820
    PersistentKeepalive = 25

    [Peer]
    PublicKey = \(key(0xa2))
    AllowedIPs = 0.0.0.0/0
    Endpoint = [fe80::1%lo]:5

    """,
    """
    # laptop
    [Interface]
    Address = 10.0.0.2/24, fd00::2/64
    DNS = 10.0.0.1, example.com
    MTU = 1380
    Table = off
    PreUp = echo %i # before
    PostUp = iptables -A FORWARD -i %i -j ACCEPT; ip rule add from 10.0.0.2 table 5
    PostDown = iptables -D FORWARD -i %i -j ACCEPT
    SaveConfig = true
    PrivateKey = \(key(0x48))
    [Peer] # server
    PublicKey = \(key(0xa1))
    AllowedIPs = 0.0.0.0/0, ::/0
    Endpoint = vpn.example.com:51820
    """,
    "[Interface]\r\nPrivateKey=\(key(0x48))\r\n[Peer]\r\nPublicKey=\(key(0xa1))\r\nAllowedIPs=+10.0.0.0/8,-::/0\r\n",
    "\u{feff}[interface]\nprivatekey=\(key(0x48))\n",
    "[Peer]\nPublicKey = \(key(0xa1))\n[Peer]\nPublicKey = \(key(0xa1))\nPersistentKeepalive = off\n",
  ]
}
