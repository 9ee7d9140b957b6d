public import Rollout
internal import RolloutMetadata

/// A Linux machine's folder.
public typealias ClientFolder = MachineFolder<DurableFiles>

extension ClientFolder {
  /// The folder at a path that exists and only administrators may write to.
  public init(path: String) { self.init(path: path, files: DurableFiles()) }

  /// The administrator's policy; without a file, the one that holds when nobody has decided anything.
  public func policyFile() throws(ClientError) -> PolicyFile {
    let path = file("policy.json")
    guard let bytes = try files.read(path, limit: 1 << 20) else { return PolicyFile() }
    guard !files.isWritableByOthers(path) else {
      throw ClientError(.policy, "\(path): others than its owner may write to it; run chmod go-w on it")
    }
    return try PolicyFile(bytes, path: path)
  }

  /// Replaces the policy.
  public func write(_ policy: PolicyFile) throws(ClientError) {
    _ = try policy.policy(path: file("policy.json"))
    try files.replace(file("policy.json"), with: policy.bytes)
  }
}
