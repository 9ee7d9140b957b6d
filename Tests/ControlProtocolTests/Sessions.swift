/// Requests as the stock tool, other clients and people send them.
enum Sessions {
  private static let one = Example.hex(0xa1)
  private static let two = Example.hex(0xa2)

  static let requests: [String] = [
    "get=1\n\n",
    "set=1\n\n",
    "set=1\nprivate_key=\(Example.hex(0x48))\nlisten_port=51820\nfwmark=0\nreplace_peers=true\npublic_key=\(one)\n"
      + "preshared_key=\(two)\nendpoint=192.0.2.1:51820\npersistent_keepalive_interval=25\nreplace_allowed_ips=true\n"
      + "allowed_ip=10.0.0.0/8\nallowed_ip=fd00::/8\npublic_key=\(two)\nreplace_allowed_ips=true\n\n",
    "set=1\npublic_key=\(one)\nremove=true\npublic_key=\(two)\nupdate_only=true\npersistent_keepalive_interval=0\n\nget=1\n\n",
    "set=1\npublic_key=\(one)\nendpoint=[fe80::1%lo]:5\nallowed_ip=-10.0.0.0/8\nallowed_ip=::ffff:1.2.3.4/128\n\n",
    "set=1\r\nlisten_port=1\r\n\r\nget=1\r\n\r\n",
    "set=1\npublic_key=\(one)\nprotocol_version=1\nupdate_only=true\nremove=true\nallowed_ip=0.0.0.0/0\n\n",
    "set=1\nlisten_port=1\nnonsense\n\nget=1\n\n",
    "get=1\nx\n\n", "get=2\n", "set=1\nlisten_port=1", "get=1\n",
    "set=1\n" + String(repeating: "public_key=\(one)\nallowed_ip=10.0.0.0/8\n", count: 5) + "\n",
    "set=1\nx=" + String(repeating: "y", count: 255) + "\n\n",
    "set=1\n" + String(repeating: "z", count: 65537) + "\n\n",
  ]
}
