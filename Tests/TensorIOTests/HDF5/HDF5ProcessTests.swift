import CHDF5
import Glibc
import Testing

/// The processes in which the HDF5 library tries files out: none is waited for without end.
struct HDF5ProcessTests {
    /// Begins `command`, which the shell runs in this process's place.
    private func process(_ command: String) throws -> pid_t {
        let arguments = ["sh", "-c", command]
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let status = unsafe posix_spawnp(&process, "sh", nil, nil, &words, environ)
        try #require(status == 0)
        return process
    }

    @Test func `one that sleeps without end is ended`() throws {
        let sleeper = try process("exec sleep 3600")
        #expect(focus_h5_end_of(sleeper, 20, 4) == FOCUS_H5_STALLED)
        #expect(kill(sleeper, 0) != 0)
    }

    @Test func `one that works is waited for, however long it takes`() throws {
        let worker = try process("i=0; while [ $i -lt 400000 ]; do i=$((i+1)); done; exit 3")
        #expect(focus_h5_end_of(worker, 20, 4) == 3)
    }

    @Test func `one that a signal ends is told from those that exit`() throws {
        let victim = try process("kill -SEGV $$; exit 0")
        #expect(focus_h5_end_of(victim, 20, 4) == 2)
    }
}
