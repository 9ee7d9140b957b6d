#if HTTP
internal import Foundation
internal import Rollout
internal import RolloutClient
internal import RolloutHTTP
internal import RolloutMetadata

/// A repository on a web server, as a client of releases sees it.
struct WebSource: RepositorySource {
  private let repository: WebRepository

  /// The repository at an address, by a policy's proxy and authorities.
  init(_ address: String, _ policy: PolicyFile) throws(ClientError) {
    repository = try Self.told { () throws(TransferError) in
      try WebRepository(
        address,
        settings: WebSettings(
          proxy: policy.proxy, authorities: policy.certificateAuthorities,
          environment: ProcessInfo.processInfo.environment))
    }
  }

  func document(_ path: String, limit: Int) throws(ClientError) -> FetchedDocument {
    do throws(TransferError) {
      return try repository.document(path, limit: limit).map { .bytes($0) } ?? .missing
    } catch {
      if error.kind == .tooLong { return .tooLong }
      throw Self.failure(error)
    }
  }

  func artifact(_ path: String, size: UInt64, to place: String) throws(ClientError) -> Bool {
    try Self.told { () throws(TransferError) in try repository.artifact(path, size: size, to: place) }
  }

  private static func told<Result>(_ body: () throws(TransferError) -> Result) throws(ClientError) -> Result {
    do throws(TransferError) {
      return try body()
    } catch {
      throw failure(error)
    }
  }

  /// The status for an error: files that are not as they were signed are named as such.
  private static func failure(_ error: TransferError) -> ClientError {
    switch error.kind {
    case .unusable: ClientError(.policy, error.description)
    case .tooLong, .wrongLength: ClientError(.malformed, error.description)
    default: ClientError(.stageFailed, error.description)
    }
  }
}
#endif
