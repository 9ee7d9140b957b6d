import Rollout
import RolloutMetadata

/// Files that are nowhere but in memory.
final class MemoryFiles: MachineFiles {
  var files: [String: [UInt8]] = [:]
  var folders: Set<String> = []

  let separator = "/"

  func read(_ path: String, limit: Int) throws(ClientError) -> [UInt8]? {
    if let bytes = files[path], bytes.count > limit { throw ClientError(.malformed, "\(path): too long") }
    return files[path]
  }
  func replace(_ path: String, with bytes: [UInt8]) { files[path] = bytes }
  func append(_ bytes: [UInt8], to path: String) { files[path, default: []] += bytes }
  func makeFolder(_ path: String) { folders.insert(path) }
  func remove(_ path: String) {
    files = files.filter { $0.key != path && !$0.key.hasPrefix(path + "/") }
    folders = folders.filter { $0 != path && !$0.hasPrefix(path + "/") }
  }
  func entries(in folder: String) -> [FolderEntry] {
    var entries: [String: Bool] = [:]
    for path in Array(files.keys) + Array(folders) where path.hasPrefix(folder + "/") {
      let rest = path.dropFirst(folder.count + 1).split(separator: "/", maxSplits: 1)
      let name = String(rest[0])
      entries[name] = entries[name] ?? false || rest.count > 1 || folders.contains(path)
    }
    return entries.map { FolderEntry(name: $0.key, isFolder: $0.value) }
  }
  func setExecutable(_ path: String, _ isExecutable: Bool) {}
  func flushFolder(of path: String) {}
  func freeSpace(at path: String) -> UInt64 { 1 << 40 }
  func lock(_ path: String) {}
  func random(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }
}
