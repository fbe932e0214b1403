internal import Corpus
internal import StaticEmbeddings
package import Vocabularies

extension CountsFile {
    /// Reads all that a job reads of it.
    ///
    /// - Throws: what is wrong with it.
    package func checkContents(of vocabulary: Vocabulary) throws {
        _ = (try targetCounts(), try sourceCounts())
        _ = try tokens(of: vocabulary)
        try beginning.forEachBatch { _ in }
    }
}
