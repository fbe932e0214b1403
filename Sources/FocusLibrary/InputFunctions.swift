public import CFocus
internal import Replacement
internal import SystemPackage

/// `focus_tokenizer_open` of focus.h.
@_cdecl("focus_tokenizer_open")
public func openTokenizer(
    _ path: focus_string_v1, _ tokenizer: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(tokenizer, problem) {
        let path = try unsafe CallText.string(path, "the path of a tokenizer")
        guard !path.isEmpty else { throw Call.usage("the path of a tokenizer is empty") }
        return try OpenTokenizer(FilePath(path))
    }
}

/// `focus_tokenizer_open_json` of focus.h.
@_cdecl("focus_tokenizer_open_json")
public func openTokenizerText(
    _ json: focus_string_v1, _ tokenizer: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(tokenizer, problem) {
        try unsafe OpenTokenizer(json: CallText.bytes(json, "the text of a tokenizer"))
    }
}

/// `focus_tokenizer_size` of focus.h.
@_cdecl("focus_tokenizer_size")
public func tokenizerSize(_ tokenizer: OpaquePointer?) -> UInt64 {
    guard let tokenizer = unsafe tokenizer else { return 0 }
    return unsafe UInt64(Handle.object(tokenizer, OpenTokenizer.self).size)
}

/// `focus_tokenizer_path` of focus.h.
@_cdecl("focus_tokenizer_path")
public func tokenizerPath(
    _ tokenizer: OpaquePointer?, _ path: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(path, problem) {
        let tokenizer = try unsafe Call.object(tokenizer, OpenTokenizer.self, "the tokenizer")
        return OwnedText(Array(tokenizer.path.string.utf8))
    }
}

/// `focus_tokenizer_close` of focus.h.
@_cdecl("focus_tokenizer_close")
public func closeTokenizer(_ tokenizer: OpaquePointer?) {
    unsafe Handle.close(tokenizer, OpenTokenizer.self)
}

/// `focus_corpus_open` of focus.h.
@_cdecl("focus_corpus_open")
public func openCorpus(
    _ paths: UnsafePointer<focus_string_v1>?, _ count: UInt64, _ field: focus_string_v1,
    _ corpus: UnsafeMutablePointer<OpaquePointer?>?, _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(corpus, problem) {
        let paths = try unsafe Call.strings(paths, count, "a path of the corpus")
        guard !paths.isEmpty, !paths.contains("") else { throw Call.usage("the corpus names no files") }
        return OpenCorpus(paths, field: try unsafe CallText.string(field, "the field of the corpus"))
    }
}

/// `focus_corpus_open_documents` of focus.h.
@_cdecl("focus_corpus_open_documents")
public func openDocuments(
    _ next: (@convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<focus_string_v1>?) -> Int32)?,
    _ context: UnsafeMutableRawPointer?, _ corpus: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(corpus, problem) {
        guard let next = unsafe next else { throw Call.usage("the callback for documents is NULL") }
        return try OpenCorpus {
            var document = unsafe focus_string_v1(bytes: nil, length: 0)
            switch unsafe next(context, &document) {
            case 0: return nil
            case 1: return try unsafe CallText.bytes(document, "a document")
            default: throw CancellationError()
            }
        }
    }
}

/// `focus_corpus_path` of focus.h.
@_cdecl("focus_corpus_path")
public func corpusPath(
    _ corpus: OpaquePointer?, _ path: UnsafeMutablePointer<OpaquePointer?>?,
    _ problem: UnsafeMutablePointer<focus_problem_v1>?
) -> Int32 {
    unsafe Call.making(path, problem) {
        let corpus = try unsafe Call.object(corpus, OpenCorpus.self, "the corpus")
        guard corpus.paths.count == 1 else { throw Call.usage("the corpus has \(corpus.paths.count) paths") }
        return OwnedText(Array(corpus.paths[0].utf8))
    }
}

/// `focus_corpus_close` of focus.h.
@_cdecl("focus_corpus_close")
public func closeCorpus(_ corpus: OpaquePointer?) {
    unsafe Handle.close(corpus, OpenCorpus.self)
}
