private import Glibc

/// What this process uses.
package enum ProcessMemory {
    /// The largest resident size so far, in bytes.
    package static var peakResidentBytes: Int {
        var usage = rusage()
        return unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
    }
}
