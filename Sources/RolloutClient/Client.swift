public import Rollout
public import RolloutMetadata
public import TunnelControl

/// A Linux machine's client of one component.
public typealias Client = Updater<LinuxHost>

extension Client {
  /// A client as its folder says.
  public init(folder: ClientFolder, component: Component) throws(ClientError) {
    try self.init(try LinuxHost(folder, component: component), component: component)
  }

  /// What the administrator has written.
  public var policyFile: PolicyFile { host.policyFile }
  /// Opens a repository that is at an `http` or `https` address; without it there are only folders.
  public var web: ((String, PolicyFile) throws(ClientError) -> any RepositorySource)? {
    get { host.web }
    set { host.web = newValue }
  }
  /// Asks the kernel whether it has a WireGuard.
  public var askKernel: () -> KernelWireGuard.Answer {
    get { host.askKernel }
    set { host.askKernel = newValue }
  }
  /// Looks at the machine's tunnels; without it, only the policy's program is asked for probes.
  public var lookAtTunnels: (() -> TunnelsSeen)? {
    get { host.look }
    set { host.look = newValue }
  }
  /// Called with a line for people, as things happen.
  public var tell: (String) -> Void {
    get { host.say }
    set { host.say = newValue }
  }

  /// The organisation's keys, by policy.
  public func changeControlKeys() throws(ClientError) -> [PublicKey] { try host.changeControlKeys() }
}
