internal import PluginSupport

/// The names of the files that DeepSpeed writes for one step: `global_step10/zero_pp_rank_0_mp_rank_00_optim_states.pt`
/// and the like.
struct ZeroFolder {
    /// Where the files are, and what that is called below the folder that was opened, with a slash; empty where it was
    /// opened itself.
    let place: FilePlace
    let prefix: [UInt8]
    /// What stands before `zero_pp_rank_`: `bf16_` for an optimizer of bfloat16 weights.
    let kind: [UInt8]

    private static let kinds: [[UInt8]] = ["", "bf16_", "fp16_"].map { Array($0.utf8) }
    private static let latest = [UInt8](ascii: "latest")

    /// What the folder at `path` holds, or the one in it that the file `latest` names; nil where neither holds the
    /// states of model and optimizer.
    init?(_ path: FilePlace) {
        if let kind = ZeroFolder.kind(of: path) {
            (place, prefix, self.kind) = (path, [], kind)
            return
        }
        guard let file = try? InputFile(path.appending(ZeroFolder.latest)), file.byteCount <= 256 else { return nil }
        let space = UInt8(ascii: " ")
        let name = Array(file.copy(0..<file.byteCount).reversed().drop { $0 <= space }.reversed())
        guard ShardIndex.isPlain(name), let kind = ZeroFolder.kind(of: path.appending(name)) else { return nil }
        (place, prefix, self.kind) = (path.appending(name), name + [UInt8(ascii: "/")], kind)
    }

    private static func kind(of path: FilePlace) -> [UInt8]? {
        guard path.appending(wholeModel).isFile || path.appending(model(of: 0)).isFile else { return nil }
        return kinds.first { path.appending($0 + optimizer(of: 0)).isFile }
    }

    /// The states of the model where each process has all of it.
    static let wholeModel = [UInt8](ascii: "mp_rank_00_model_states.pt")

    /// The states of the model that process number `rank` has.
    static func model(of rank: Int) -> [UInt8] {
        Array("zero_pp_rank_\(rank)_mp_rank_00_model_states.pt".utf8)
    }

    private static func optimizer(of rank: Int) -> [UInt8] {
        Array("zero_pp_rank_\(rank)_mp_rank_00_optim_states.pt".utf8)
    }

    /// The states of the optimizer that process number `rank` has.
    func optimizer(of rank: Int) -> [UInt8] {
        kind + ZeroFolder.optimizer(of: rank)
    }

    /// Throws where there are files of what is not put together here.
    func refuseOthers() throws(Refusal) {
        let converter = "ds_to_universal.py of DeepSpeed converts it"
        let parallel = "of several parts of a model that ran in parallel (mp_rank_01)"
        let others: [(name: StaticString, what: String)] = [
            ("mp_rank_01_model_states.pt", parallel), ("zero_pp_rank_0_mp_rank_01_model_states.pt", parallel),
            ("layer_00-model_00-model_states.pt", "of a model in a pipeline (layer_00)"),
            ("expp_rank_0_mp_rank_00_optim_states.pt", "of a mixture of experts over several processes (expp_rank_0)"),
        ]
        for (name, what) in others where place.appending([UInt8](ascii: name)).isFile {
            throw Refusal(.unsupported, "holds a checkpoint of DeepSpeed \(what), which is not read; \(converter)")
        }
        let found = ZeroFolder.kinds.filter { place.appending($0 + ZeroFolder.optimizer(of: 0)).isFile }
        guard found.count == 1 else {
            throw Refusal(
                .unsupported,
                "holds the states of two optimizers, '\((found[0] + ZeroFolder.optimizer(of: 0)).printable)' and "
                    + "'\((found[1] + ZeroFolder.optimizer(of: 0)).printable)': move those away that are not meant")
        }
    }
}
