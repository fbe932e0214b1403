import Glibc
import Parallel
import SystemPackage
import TensorIO
import TestSupport
import Testing

@testable import Focus
@testable import Replacement

@Suite struct `The right to replace a checkpoint` {
    let place: TemporaryFolder

    init() throws {
        place = try TemporaryFolder()
        try place.write("model/x", "x")
    }

    private var model: FilePath { place.path.appending("model") }
    private var file: FilePath { place.path.appending(".model.focus-lock") }

    @Test func `is one run's at a time`() throws {
        try PathLock.holding(model, fallback: file) { _ in
            #expect(PathLock.isHeld(model))
            #expect(throws: FocusError.self) { _ = try PathLock.acquire(model, fallback: file) }
        }
    }

    @Test func `ends with what is done under it, and leaves nothing`() throws {
        try PathLock.holding(model, fallback: file) { _ in }
        #expect(!PathLock.isHeld(model))
        try PathLock.holding(model, fallback: file) { _ in }
        #expect(place.entries == ["model"])
    }

    @Test func `goes with the folder, not with its name`() throws {
        let lock = try PathLock.acquire(model, fallback: file)
        let other = place.path.appending("other")
        try Durable.rename(model, to: other)
        try place.write("model/x", "new")
        #expect(PathLock.isHeld(other))
        #expect(!PathLock.isHeld(model))
        #expect(!lock.isOn(model))
    }

    @Test func `is a file where folders cannot be locked`() throws {
        let lock = try LockFile(making: file)
        #expect(LockFile.isHeld(file))
        #expect(throws: FocusError.self) { _ = try LockFile(making: file) }
        lock.remove()
        #expect(place.entries == ["model"])
    }

    @Test func `is taken over from a process that is gone, and only then`() throws {
        let machine = RunningProcess.machine
        let process = RunningProcess.current
        let stale = ["\(Int32.max) 5 \(machine)", "\(process.number) \(process.startTicks + 1) \(machine)"]
        for line in stale {
            try place.write(".model.focus-lock", line + "\n")
            #expect(LockFile.isStale(file), "\(line)")
            try LockFile(making: file).remove()
        }
        for line in ["\(process.number) \(process.startTicks) \(machine)", "1 5 another-machine 1234", "what is this"] {
            try place.write(".model.focus-lock", line + "\n")
            #expect(!LockFile.isStale(file), "\(line)")
            #expect(throws: FocusError.self) { _ = try LockFile(making: file) }
        }
    }

    @Test func `is taken over from a process that is gone by one run of two`() throws {
        let stale = "\(Int32.max) 5 \(RunningProcess.machine)\n"
        for round in 0..<300 {
            try place.write(".model.focus-lock", stale)
            let taken = Workers(count: 2).map(2) { _ in (try? LockFile(making: file)) != nil }
            #expect(taken.filter { $0 }.count == 1, "round \(round)")
            #expect(LockFile.isHeld(file), "round \(round)")
            #expect(place.entries.filter { $0.hasSuffix(".partial") } == [], "round \(round)")
            StagedFile.remove(file)
        }
    }

    @Test func `is not taken over where another user could have written the file, however stale`() throws {
        try place.write(".model.focus-lock", "\(Int32.max) 5 \(RunningProcess.machine)\n")
        for mode in [0o664, 0o646] {
            #expect(unsafe chmod(file.string, mode_t(mode)) == 0)
            let error = #expect(throws: FocusError.self) { _ = try LockFile(making: file) }
            #expect(error?.description.contains("may write") ?? false)
        }
        #expect(unsafe chmod(file.string, 0o644) == 0)
        try LockFile(making: file).remove()
    }

    @Test func `and what else is hidden has another name for each long name`() {
        let names = ["a", "b"].map { String(repeating: "x", count: 230) + $0 }
        let kinds = [HiddenNames.journal, HiddenNames.lock, HiddenNames.witness, HiddenNames.staging, HiddenNames.old]
        for hidden in kinds {
            #expect(Set(names.map(hidden)).count == 2)
            #expect(names.map(hidden).allSatisfy { $0.utf8.count <= 255 && HiddenNames.isOwn($0) })
        }
        #expect(HiddenNames.isPartial(HiddenNames.staging(of: names[0]), of: names[0]))
        #expect(!HiddenNames.isPartial(HiddenNames.staging(of: names[0]), of: names[1]))
    }

    @Test func `belongs to processes that are told by number and time`() {
        #expect(RunningProcess(RunningProcess.current.number) == RunningProcess.current)
        #expect(RunningProcess(Int32.max) == nil)
        #expect(!RunningProcess.current.mayHaveMade(whatChangedAt: 0))
        #expect(RunningProcess.current.mayHaveMade(whatChangedAt: .max - 5))
    }

    @Test(arguments: [
        (".model.12.partial", "model"), (".model.12-old.partial", "model"), (".model.12-new.partial", "model"),
        (".a.b.12-4294967295.partial", "a.b"), (".model.0.partial", nil), (".model.partial", nil),
        ("model.12.partial", nil), (".12.partial", nil), (".model.12-x.partial", nil), (".model.-3.partial", nil),
        (".model.12-4294967296.partial", nil), (".model.12.partial.txt", nil), (".model.1-2-3.partial", nil),
    ])
    func `leaves names that nothing else has`(name: String, stem: String?) {
        #expect(HiddenNames.partial(name)?.stem == stem)
        #expect(HiddenNames.isOwn(name) == (stem != nil))
    }
}
