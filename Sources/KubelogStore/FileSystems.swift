internal import CSQLite3
internal import Glibc

/// Which file systems a store may not lie on: those that another machine may write to at the same time.
///
/// SQLite's log of writing (WAL) wants all who use a store to share memory, and locks that hold for all of them.
enum FileSystems {
  /// What `statfs(2)` calls them: `linux/magic.h` and, for those outside of the kernel's tree, coreutils' `stat.c`.
  static let remote: [UInt32: String] = [
    0x6969: "NFS", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB", 0x517B: "SMB", 0x564C: "NCP", 0x5346_414F: "AFS",
    0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x00C3_6400: "Ceph", 0x0102_1997: "9P", 0x0BD0_0BD0: "Lustre",
    0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x4750_4653: "GPFS", 0x1983_0326: "BeeGFS", 0xAAD7_AAEA: "PanFS",
    0xBEEF_DEAD: "StorNext", 0x786F_4256: "a VirtualBox folder", 0xBACB_ACBC: "a VMware folder",
    0x7C7C_6673: "a Parallels folder", 0x6573_5546: fuse,
  ]

  /// What goes by FUSE is anything; `mountinfo` tells what. These have their bytes on a disk of this machine.
  static let localByFUSE: Set<String> = [
    "fuseblk", "fuse.fuse-overlayfs", "fuse.gocryptfs", "fuse.encfs", "fuse.ecryptfs", "fuse.mergerfs", "fuse.bindfs",
    "fuse.ext4", "fuse.ntfs-3g", "fuse.exfat",
  ]

  private static let fuse = "FUSE"

  /// What to call a file system of this `type` where no store may lie on it; nil where one may.
  ///
  /// `mounted` gives the name that it is mounted under, such as `fuse.sshfs`.
  static func refusal(type: UInt32, mounted: () -> String?) -> String? {
    guard let name = remote[type] else { return nil }
    guard name == fuse else { return name }
    guard let kind = mounted() else { return name }
    return localByFUSE.contains(kind) ? nil : kind
  }

  /// The same for the file or folder at `path`; nil also where the system does not say.
  static func refusal(at path: String) -> String? {
    refusal(type: kl_file_system(path)) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      return mountedType(of: UInt64(status.st_dev), in: mountinfo())
    }
  }

  /// The type of the file system with this device number, by the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)):
  ///
  ///     36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
  static func mountedType(of device: UInt64, in mountinfo: String) -> String? {
    let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
    let minor = device & 0xFF | (device >> 12) & ~0xFF
    for line in mountinfo.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count > 2, words[2] == "\(major):\(minor)", let dash = words.firstIndex(of: "-"),
        dash + 1 < words.count
      else { continue }
      return String(words[dash + 1])
    }
    return nil
  }

  private static func mountinfo() -> String {
    let file = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var (text, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 64 << 10))
    while true {
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: text, as: UTF8.self) }
      text += buffer[..<count]
    }
  }
}
