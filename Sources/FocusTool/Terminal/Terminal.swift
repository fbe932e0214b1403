private import Glibc

/// Where words go: answers to stdout, the story to stderr.
enum Terminal {
    /// The program inside of which the command runs, which hears what is said instead; nil in a process of its own.
    @TaskLocal static var session: CommandSession?

    /// Whether stderr is a terminal, where a line may be drawn over.
    static var showsProgress: Bool {
        session == nil && isatty(STDERR_FILENO) == 1
    }

    /// The width of the terminal in columns.
    static var width: Int {
        var size = winsize()
        return unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Prints a line of the story.
    static func story(_ line: String) {
        if let session { return session.tell(line) }
        write(line + "\n", to: STDERR_FILENO)
    }

    /// Prints lines of the answer.
    static func answer(_ text: String) {
        answer(Array((text + "\n").utf8))
    }

    /// Prints lines of the answer, many at a time.
    static func answer(_ lines: [String]) {
        var bytes: [UInt8] = []
        for line in lines {
            bytes += line.utf8
            bytes.append(0x0A)
            if bytes.count >= 1 << 16 {
                answer(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        answer(bytes)
    }

    /// Prints bytes of the answer as they are; ends the process quietly where nobody reads any more.
    static func answer(_ bytes: [UInt8]) {
        if let session { return session.add(bytes) }
        write(bytes, to: STDOUT_FILENO)
    }

    /// Draws `line` over the last progress line; an empty one wipes it.
    static func progress(_ line: String) {
        guard showsProgress else { return }
        write("\r\(line.prefix(width - 1))\u{1B}[K", to: STDERR_FILENO)
    }

    /// Wipes the progress line.
    static func clearProgress() {
        progress("")
    }

    /// `text` on one line: what control characters do to a terminal is none of a file's business.
    static func oneLine(_ text: String) -> String {
        // The first byte of C1 is 0xC2 in UTF-8.
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
    }

    /// Whether `scalar` may do something to a terminal rather than be shown: C0, DEL and C1.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        write(Array(text.utf8), to: descriptor)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress! + sent, $0.count - sent)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                // A closed pipe is how `| head` says that it has enough.
                if descriptor == STDOUT_FILENO { Glibc.exit(errno == EPIPE ? 0 : 1) }
                return
            }
            sent += count
        }
    }
}
