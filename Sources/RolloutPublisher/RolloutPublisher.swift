/// The publisher's side of an update repository: keys, drafts that wait for signatures, and static files to be copied to
/// any file server.
///
/// A `Workspace` is a folder with `repo` (what is copied out), `draft` (documents that wait for signatures) and
/// `client.json` (what the workspace's own client trusts). Nothing is published that this client would not accept: it walks
/// over the new files before any of them is in place. Secret keys are only ever in locked memory and in files of mode 0600.
public enum RolloutPublisher {}
