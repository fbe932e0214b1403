private import Glibc
internal import SystemPackage

/// A process of this machine, by its number and the moment it began, for numbers are used again.
package struct RunningProcess: Hashable {
    let number: Int32
    /// Clock ticks from the start of the machine to that of the process.
    let startTicks: Int

    /// This process.
    static let current = RunningProcess(getpid()) ?? RunningProcess(number: getpid(), startTicks: 0)

    private init(number: Int32, startTicks: Int) {
        self.number = number
        self.startTicks = startTicks
    }

    /// The process `number`, or nil where none of that number is running.
    init?(_ number: Int32) {
        guard let text = RunningProcess.text(of: FilePath("/proc/\(number)/stat")) else {
            // Without /proc a number has to do.
            guard kill(number, 0) == 0 || errno == EPERM, !FolderContents.targetExists("/proc/self/stat") else {
                return nil
            }
            self.init(number: number, startTicks: 0)
            return
        }
        // The second field is the command in parentheses, which may hold anything.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X", let ticks = Int(fields[19]) else { return nil }
        self.init(number: number, startTicks: ticks)
    }

    /// Whether the process may have made something that was last changed at `seconds` since 1970: one that began later
    /// did not.
    func mayHaveMade(whatChangedAt seconds: Int) -> Bool {
        let line = RunningProcess.text(of: "/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let boot = line.flatMap({ Int($0.dropFirst(6)) }) else { return true }
        let ticksPerSecond = max(1, sysconf(Int32(_SC_CLK_TCK)))
        // Both clocks are rounded.
        return boot + startTicks / ticksPerSecond <= seconds + 2
    }

    /// What tells this start of this machine from all others.
    static var machine: String {
        let host = text(of: "/proc/sys/kernel/hostname")?.prefix { $0 != "\n" } ?? ""
        let start = text(of: "/proc/sys/kernel/random/boot_id")?.prefix { $0 != "\n" } ?? ""
        return "\(host) \(start)"
    }

    private static func text(of path: FilePath) -> String? {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
        defer { try? file.close() }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        guard let count = try? unsafe bytes.withUnsafeMutableBytes({ try unsafe file.read(into: $0) }) else {
            return nil
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
