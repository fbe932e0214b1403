internal import Digests
private import Glibc
internal import TensorIO

/// The hidden names that a replacement uses beside its target, or within it, and how they are told from others.
///
/// All that is temporary ends with `.partial` and says which process made it: `.NAME.PID.partial` is a staged folder
/// (and, after an exchange, the folder that was replaced), `.NAME.PID-old.partial` what was moved away,
/// `.NAME.PID-NUMBER.partial` a `StagedFile`.
package enum HiddenNames {
    /// What stands for the target's name where names lie within the target itself.
    static let inside = "focus"

    static func staging(of name: String) -> String { ".\(stem(name)).\(getpid()).partial" }

    /// A file that is about to take the place of another, outside of its staged folder.
    static func new(of name: String) -> String { ".\(stem(name)).\(getpid())-new.partial" }

    static func old(of name: String) -> String { ".\(stem(name)).\(getpid())-old.partial" }

    /// The journal of an unfinished replacement of `name`; of the folder that it lies in where `name` is empty.
    static func journal(of name: String) -> String { name.isEmpty ? ".focus-journal" : ".\(stem(name)).focus-journal" }

    /// What the journal is called once the replacement is being undone.
    static func reverseJournal(of name: String) -> String { journal(of: name) + "-back" }

    /// A second name of one of the new files, which tells the new folder from the old one after an exchange.
    static func witness(of name: String) -> String { ".\(stem(name)).focus-witness" }

    /// The lock where the file system knows none.
    static func lock(of name: String) -> String { name.isEmpty ? ".focus-lock" : ".\(stem(name)).focus-lock" }

    /// Whether `name` is that of a journal, whichever way it goes.
    static func isJournal(_ name: String) -> Bool {
        name.hasPrefix(".") && (name.hasSuffix(".focus-journal") || name.hasSuffix(".focus-journal-back"))
    }

    /// Whether nothing but a replacement makes files of that name.
    static func isOwn(_ name: String) -> Bool {
        name.hasPrefix(".") && (name.hasSuffix(".focus-witness") || name.hasSuffix(".focus-lock"))
            || isJournal(name) || partial(name) != nil
    }

    /// What a name that ends with `.partial` stands for, and the process that made it; nil where it is another's.
    static func partial(_ name: String) -> (stem: String, process: Int32)? {
        guard name.hasPrefix("."), name.hasSuffix(".partial") else { return nil }
        let parts = name.dropFirst().dropLast(".partial".count)
        guard let dot = parts.lastIndex(of: "."), dot > parts.startIndex else { return nil }
        let numbers = parts[parts.index(after: dot)...].split(separator: "-", omittingEmptySubsequences: false)
        guard numbers.count <= 2, let process = Int32(numbers[0]), process > 0,
            numbers.count == 1 || ["old", "new"].contains(numbers[1]) || UInt32(numbers[1]) != nil
        else { return nil }
        return (String(parts[..<dot]), process)
    }

    /// Whether the file or folder `name` came about while something called `target` was written.
    static func isPartial(_ name: String, of target: String) -> Bool {
        guard let stem = partial(name)?.stem else { return false }
        // A format that is a folder stages itself beside the staged folder; a `StagedFile` has no hash in its name.
        return [HiddenNames.stem(target), StagedFile.stem(target)].contains(stem)
            || [journal(of: target), lock(of: target)].contains { StagedFile.stem($0) == stem }
            || isPartial(stem, of: target)
    }

    /// What stands for `name` in hidden names: itself, or its start and the hash of all of it, for file names have at
    /// most 255 bytes.
    private static func stem(_ name: String) -> String {
        guard name.utf8.count > StagedFile.longestStem else { return name }
        var hash = XXHash64()
        unsafe hash.append(Array(name.utf8).span.bytes)
        return StagedFile.stem(name) + "-" + String(hash.value, radix: 16)
    }
}
