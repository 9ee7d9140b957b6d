// Known answers of the protocol, all in wire order. Made by Tests/Vectors/model.py; do not edit.
// The first handshake, its transport messages and its cookie were exchanged with another implementation.

/// With a preshared key and without cookies; indices 0x01020304 and 0x0a0b0c0d.
public enum FirstHandshake {
  /// Initiator's static private key, clamped.
  public static let initiatorPrivate = octets("1011111111111111111111111111111111111111111111111111111111111151")
  /// Initiator's static public key.
  public static let initiatorPublic = octets("7b4e909bbe7ffe44c465a220037d608ee35897d31ef972f07f74892cb0f73f13")
  /// Responder's static private key, clamped.
  public static let responderPrivate = octets("2022222222222222222222222222222222222222222222222222222222222262")
  /// Responder's static public key.
  public static let responderPublic = octets("0faa684ed28867b97f4a6a2dee5df8ce974e76b7018e3f22a1c4cf2678570f20")
  /// Initiator's ephemeral private key, clamped.
  public static let initiatorEphemeralPrivate = octets(
    "3033333333333333333333333333333333333333333333333333333333333373")
  /// Initiator's ephemeral public key.
  public static let initiatorEphemeralPublic = octets(
    "7b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b14")
  /// Responder's ephemeral private key, clamped.
  public static let responderEphemeralPrivate = octets(
    "4044444444444444444444444444444444444444444444444444444444444444")
  /// Responder's ephemeral public key.
  public static let responderEphemeralPublic = octets(
    "ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6b")
  /// Preshared key; zeros mean none.
  public static let presharedKey = octets("5555555555555555555555555555555555555555555555555555555555555555")
  /// TAI64N timestamp of the initiation.
  public static let timestamp = octets("400000006553f10a00000000")
  /// HASH(construction).
  public static let constructionHash = octets("60e26daef327efc02ec335e2a025d2d016eb4206f87277f52d38d1988b78cd36")
  /// HASH(HASH(construction) ‖ identifier).
  public static let identifierHash = octets("2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3")
  /// H after the responder's static public key.
  public static let initiationHashAfterStaticKey = octets(
    "1f02fc782351f5d58de3af43c3b142c4268bf3ae8051d9469eb922a666d4745c")
  /// C after KDF1(ephemeral).
  public static let initiationChainAfterEphemeral = octets(
    "01c55808bf91efc4a10fdcde0976b8f9d48bc519545ef9c3752f28e35fe66a0a")
  /// H after the ephemeral.
  public static let initiationHashAfterEphemeral = octets(
    "78c39ebb1ff92afd4ce9aac9a0595053e641dbb7f5032a122b3458a29474f1e6")
  /// DH(initiator's ephemeral, responder's static).
  public static let es = octets("1fdc192faa0212a9aae7bb4f41b580227fd5ad3e5d777faae230dfe973f3e805")
  /// C after es.
  public static let initiationChainAfterES = octets(
    "b8782bd761f1d0078fb179bf33a29db3906525564566c5c9426ec930c872f7a1")
  /// Key for the static field.
  public static let initiationKeyForStatic = octets(
    "1295d5fce6e4fd28e89cacb34e3fc1b5f94a5e7424439e3ab3b659d2f57ec290")
  /// Sealed static field.
  public static let sealedStatic = octets(
    "81e498317da959fba46669572516a5e6c021bfa620bb6c56ca0082e1feae14988c2c64d024c617734a263f76a008df04")
  /// H after the static field.
  public static let initiationHashAfterStatic = octets(
    "68c07e6b42b8c15626df2e2745a1d8a64367fd2b019b13d605f8addfafdb94c6")
  /// DH(initiator's static, responder's static).
  public static let ss = octets("9e004098efc091d4ec2663b4e9f5cfd4d7064571690b4bea97ab146ab9f35056")
  /// C after ss.
  public static let initiationChainAfterSS = octets(
    "24eca314409f2ca9ccbf8d50ebb72b7235d67ed11b21eeefc67942a2596df51e")
  /// Key for the timestamp field.
  public static let initiationKeyForTimestamp = octets(
    "92253228a5a30c72e5f4784c782d1608295ed7c6a63dcc7182edb732af95397d")
  /// Sealed timestamp field.
  public static let sealedTimestamp = octets("d0f94bad8ee75ec8e1c26955d72d5dc0a3c87d5e6db7cf66723bf09d")
  /// H after the timestamp field.
  public static let initiationHashAfterTimestamp = octets(
    "b0368334516a0c37bb427da21337d3cf12bf1273783d82f9a35a329065efa39b")
  /// The initiation, complete.
  public static let initiation = octets(
    "01000000040302017b0d47d93427f8311160781c7c733fd89f88970aef490d8aa0ee19a4cb8a1b1481e498317da959fb"
      + "a46669572516a5e6c021bfa620bb6c56ca0082e1feae14988c2c64d024c617734a263f76a008df04d0f94bad8ee75ec8"
      + "e1c26955d72d5dc0a3c87d5e6db7cf66723bf09dcbc0595bbe37451384922dda1f532802000000000000000000000000"
      + "00000000")
  /// C after KDF1(responder's ephemeral).
  public static let responseChainAfterEphemeral = octets(
    "e69442b26039a82bc5f4b4cc3ce6b0f8a8c7aaf7fe1df911a133ca3ce5daa335")
  /// H after the responder's ephemeral.
  public static let responseHashAfterEphemeral = octets(
    "7da20d005b8623102de37201d93d852693cbf622bf80119a4c92cc1535fc21c6")
  /// DH(ephemeral, ephemeral).
  public static let ee = octets("3c528e9fd39731b15d10de8feb5f71d3f65b73c993581dedb03315a9ed177730")
  /// C after ee.
  public static let responseChainAfterEE = octets("ec0fb147ebffc2fa145fb7e1b2f153349956a5d421cb51baa92422b456e625f3")
  /// DH(responder's ephemeral, initiator's static).
  public static let se = octets("b21afd23cc289c5c693adc6d9c7198657e590320fa4dd7a0aaf606e441a2ea46")
  /// C after se.
  public static let responseChainAfterSE = octets("396dd574304e4d53ebf291e46fe95ae3b47aa5b346c7f74692b8d3757016d4ef")
  /// C after the preshared key.
  public static let responseChainAfterPSK = octets("209dea3ad2dc1f199fbabd13b4f744c30fe13520a3978ce6d931d8f30e20853c")
  /// τ, the middle output of the preshared key's KDF3.
  public static let tau = octets("bb21f95b6d2d39e2ba8a750bdb4a6d7e06fd15745aca74e5888267cb23558167")
  /// Key for the empty field.
  public static let responseKey = octets("93aea81c527a269cad3c1b29353a100cc145e64a115f8c217934ede9a6475415")
  /// H after τ.
  public static let responseHashAfterTau = octets("592e1910955db2f618c1454b9c5b7c9c8dfc0d3283c87fce62ce4e81c8fe2102")
  /// Sealed empty field.
  public static let sealedEmpty = octets("198e29bc3985289f6641bb77a0f6d7d5")
  /// H after the empty field.
  public static let responseHashFinal = octets("ceec4453e56c1e38cea029a899a624369399e400f7d7f1286c695ee9438bdd49")
  /// The response, complete.
  public static let response = octets(
    "020000000d0c0b0a04030201ff2ee45601ec1b67310c7790404585ae697331eee1c1f8cf2419731c1fff3e6b198e29bc"
      + "3985289f6641bb77a0f6d7d5a1eede03d7f1d7798b2df1619907827400000000000000000000000000000000")
  /// Transport key from initiator to responder.
  public static let initiatorToResponderKey = octets(
    "a007faf842d83f5bd3be20a14e0ffcec34c84867b78b051980602713205922de")
  /// Transport key from responder to initiator.
  public static let responderToInitiatorKey = octets(
    "d982d5cd10d34a7802b6c19fa441cd9164d70e4f4d62007ab416879ee8bd1b99")
}

/// Without a preshared key and with MAC2 in both messages; indices 0xffffffff and 0.
public enum SecondHandshake {
  /// Initiator's static private key, clamped.
  public static let initiatorPrivate = octets("a0f3b6d857933be31a0d9295447ff89c94d4ad7826d716001f498b8b10511261")
  /// Initiator's static public key.
  public static let initiatorPublic = octets("9fd6787e4bf93337c960590fc1b35bef2f778876e0c096006c22d3c2fdbc7660")
  /// Responder's static private key, clamped.
  public static let responderPrivate = octets("98eccdb307de585b47b3f641e7bce91071472177fdac6188fb7b9876af546554")
  /// Responder's static public key.
  public static let responderPublic = octets("9524926a8473605b8f9045faa4fee2f75b385582d4e23cda276f699211ac5537")
  /// Initiator's ephemeral private key, clamped.
  public static let initiatorEphemeralPrivate = octets(
    "b07ebdf5a19b08ae9aa41ea0629bd59c9a1f61db13a649d86b60e485c1951145")
  /// Initiator's ephemeral public key.
  public static let initiatorEphemeralPublic = octets(
    "0c3e19c18601f11e9a84b68a202d4677b0e342021cee47223008b79a20863d1f")
  /// Responder's ephemeral private key, clamped.
  public static let responderEphemeralPrivate = octets(
    "e04b95f8fc8e57006e3230554cfbd49a10a531403fab4cb337c3ddbbffc63a64")
  /// Responder's ephemeral public key.
  public static let responderEphemeralPublic = octets(
    "0d9a711df2720da3d802a0625d1de2322e5931fe49a31ccfb4b8ded7bf4e525d")
  /// Preshared key; zeros mean none.
  public static let presharedKey = octets("0000000000000000000000000000000000000000000000000000000000000000")
  /// TAI64N timestamp of the initiation.
  public static let timestamp = octets("d757bc578ab9d2069081f33c")
  /// HASH(construction).
  public static let constructionHash = octets("60e26daef327efc02ec335e2a025d2d016eb4206f87277f52d38d1988b78cd36")
  /// HASH(HASH(construction) ‖ identifier).
  public static let identifierHash = octets("2211b361081ac566691243db458ad5322d9c6c662293e8b70ee19c65ba079ef3")
  /// H after the responder's static public key.
  public static let initiationHashAfterStaticKey = octets(
    "753c8d4d7551efd2ae2af86a2cb3aa41f81781c942714ad9ede14e0bb5325f23")
  /// C after KDF1(ephemeral).
  public static let initiationChainAfterEphemeral = octets(
    "7755bfae46912573aad0ae67f0872f70cacaede494fad5c3b0cda3d8ede85890")
  /// H after the ephemeral.
  public static let initiationHashAfterEphemeral = octets(
    "06939d4f45971a90af4cf37a3674ea0c6fbf0ac1959d8d8e28a42092e1321c46")
  /// DH(initiator's ephemeral, responder's static).
  public static let es = octets("f0951fdde5bd9ad9af35302c320f07ef732b59c4710628ac4faca5b3debf8a09")
  /// C after es.
  public static let initiationChainAfterES = octets(
    "0f8d133981849f4f0a9e0c06f8fa5df5592c8777ef4fb1dc5718b46c8682df3e")
  /// Key for the static field.
  public static let initiationKeyForStatic = octets(
    "a042e31f6bdedf43f23af98c1eb6d8d0ac87eeeec37742afa068998bc4daa23a")
  /// Sealed static field.
  public static let sealedStatic = octets(
    "c036419c6999077fbc8b945466915f7266335f4823ef851f172b3f3badc0b85c9ffcf11996386fb9737a0bf3112574ba")
  /// H after the static field.
  public static let initiationHashAfterStatic = octets(
    "bf10f1d7261f13eed541ee9eff09b80992312e87424e20318c65d02598c1737c")
  /// DH(initiator's static, responder's static).
  public static let ss = octets("e6b4ecaa5d899958ffa274a46fdcd31d6645dfdf28aecb75c12ef2090c13640c")
  /// C after ss.
  public static let initiationChainAfterSS = octets(
    "3578ee3be4c0c126629e9482ded641d9bf4192c130d6c29fbcdce32ebd9e090e")
  /// Key for the timestamp field.
  public static let initiationKeyForTimestamp = octets(
    "5d911843f9dbd89871fd93c695c2b4af53e47a6b632a287f82a0f3372f103a3d")
  /// Sealed timestamp field.
  public static let sealedTimestamp = octets("9f44755bc23839e0a29940c12aa19e7eea4b5fc06bed263f68319c9d")
  /// H after the timestamp field.
  public static let initiationHashAfterTimestamp = octets(
    "52a4109b079fc437fb4ef0db82ff0e3766d5da5a3fad3f55bede9a8bae4e7168")
  /// The initiation, complete.
  public static let initiation = octets(
    "01000000ffffffff0c3e19c18601f11e9a84b68a202d4677b0e342021cee47223008b79a20863d1fc036419c6999077f"
      + "bc8b945466915f7266335f4823ef851f172b3f3badc0b85c9ffcf11996386fb9737a0bf3112574ba9f44755bc23839e0"
      + "a29940c12aa19e7eea4b5fc06bed263f68319c9d4c79a10be58ac5e348afc9d19ed2305ee8f4be7333a474ba99b4b780"
      + "a8352b03")
  /// C after KDF1(responder's ephemeral).
  public static let responseChainAfterEphemeral = octets(
    "690539294ef9236bcc04959af914098abcba346ac1e8ed65f0a5df5293f66a58")
  /// H after the responder's ephemeral.
  public static let responseHashAfterEphemeral = octets(
    "5a7a58a474afdc5ad76a6fce82ac558e57b771859183d2270a054040bfc8600e")
  /// DH(ephemeral, ephemeral).
  public static let ee = octets("f997009f87814632088f38f06e422afa6a34b734f196ae23277b1a0a7b0de849")
  /// C after ee.
  public static let responseChainAfterEE = octets("b046202825357ac1785f264db00fb16d6d86d50d51cb7f55f014acfc39152333")
  /// DH(responder's ephemeral, initiator's static).
  public static let se = octets("2545f1dd8debd36df65e2db0f25b6254556cd948bd4a877f98782e1231d2f93d")
  /// C after se.
  public static let responseChainAfterSE = octets("6575923b4d5f91eff73ff5d7f346b6efd9689066128283ddfb35e9a0d4571799")
  /// C after the preshared key.
  public static let responseChainAfterPSK = octets("0b09bd09d2255b270012dd1a43e8d21cd1755e6afb2778410011611b13315965")
  /// τ, the middle output of the preshared key's KDF3.
  public static let tau = octets("c0961fe8d8370719071fdab32c2de09d18688338e5e250528d096e02dc41a1ee")
  /// Key for the empty field.
  public static let responseKey = octets("2dfb903cc035d91bc98eda27383cfaa47fb25853484629fa0accfaf67a16ea02")
  /// H after τ.
  public static let responseHashAfterTau = octets("4e17308f428f23cc5e61a5c8d8bd534a01b74173d4d440f33d4d36ab01778f56")
  /// Sealed empty field.
  public static let sealedEmpty = octets("aa9574741678aca1c15d0657694937b1")
  /// H after the empty field.
  public static let responseHashFinal = octets("432625984f0bf5cec755e9d7afa95336ffcaa14e637cba962c4f1300e00ccf2e")
  /// The response, complete.
  public static let response = octets(
    "0200000000000000ffffffff0d9a711df2720da3d802a0625d1de2322e5931fe49a31ccfb4b8ded7bf4e525daa957474"
      + "1678aca1c15d0657694937b1ce87c3ccb7706c193997c2b4dcece74ba56df931d6369c66abfb74365201dd66")
  /// Transport key from initiator to responder.
  public static let initiatorToResponderKey = octets(
    "edca519461f69216eff08e91abf31acbf22050b3cf4ed3ed4c5248d8cb6874a2")
  /// Transport key from responder to initiator.
  public static let responderToInitiatorKey = octets(
    "236fe5ac53ff8e2025574673bfe9a606057335540132f169d7b290c84b005e42")
  /// The cookie MAC2 of the initiation is made with.
  public static let cookieForInitiation = octets("143a7f5b7bfdd5543144ac726251c93e")
  /// The cookie MAC2 of the response is made with.
  public static let cookieForResponse = octets("57e0727f3f03365e5b78f3eef42bee23")
}

/// The first data messages of the first handshake's session.
public enum TransportVectors {
  /// Keepalive from the initiator, counter 0.
  public static let keepalive = octets("040000000d0c0b0a0000000000000000f1bce9fd9651b3f6b50c00179cbd1e01")
  /// A 21-byte IPv4 packet padded to 32 bytes.
  public static let packet = octets("4500001500000000401100000a0000020a000001410000000000000000000000")
  /// That packet from the initiator, counter 1.
  public static let data = octets(
    "040000000d0c0b0a01000000000000008d1cd7bfb3b14856579c13ab44d0ffa2e8eae65859ca49388cb3bce881b37811"
      + "4d4ba1428ad09823501d1ce585e4ccd4")
}

/// The cookie exchange that answers the first handshake's initiation.
public enum CookieVectors {
  /// HASH("mac1----" ‖ responder's public key).
  public static let mac1KeyOfResponder = octets("2b14c2a1d73fe52519772891d6df632bd2408279e87eb80c61bc395fccadf4a6")
  /// HASH("mac1----" ‖ initiator's public key).
  public static let mac1KeyOfInitiator = octets("2f8377a0268a9731b6008d714f7cb7f4d3894c759cec65269f872f64619794f5")
  /// HASH("cookie--" ‖ responder's public key).
  public static let cookieKeyOfResponder = octets("f38243a909cf26b7ec109798fd3dfdbdb7592367db444819154f6582389fdc1b")
  /// MAC1 of the initiation.
  public static let mac1 = octets("cbc0595bbe37451384922dda1f532802")
  /// The responder's cookie secret R.
  public static let secret = octets("6666666666666666666666666666666666666666666666666666666666666666")
  /// Nonce of the cookie reply.
  public static let nonce = octets("777777777777777777777777777777777777777777777777")
  /// Cookie of 192.0.2.1:51820.
  public static let cookie = octets("0da54ebfa83089e16a06e54293a58209")
  /// Cookie of [2001:db8::1]:51820.
  public static let cookieForIPv6 = octets("b73b6655a946b403aedc49a13be2c9b6")
  /// Cookie reply to the initiation.
  public static let reply = octets(
    "03000000040302017777777777777777777777777777777777777777777777772cd93e962dd62def62b6bdc519db3e41"
      + "b09544179c343d11fa9485c854be8fbf")
  /// MAC2 of the initiation under that cookie.
  public static let mac2 = octets("8d2fe9fd602b867f069e4276f3db460e")
}
