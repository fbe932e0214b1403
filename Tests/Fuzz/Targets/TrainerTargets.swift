internal import PluginHost
internal import TensorIO
internal import TestSupport

extension FuzzTarget {
    /// A folder of torch.distributed.checkpoint: what there is, and the files of two processes.
    static let distributed = FuzzTarget(
        "distributed", maximumByteCount: 1 << 15, patience: 3,
        words: [
            "state_dict_metadata", "storage_data", "relative_path", "__0_0.distcp", "K\u{0}K\u{0}\u{86}", "\u{81}",
            "TensorStorageMetadata", "PK\u{5}\u{6}", "offsets", "sizes",
        ],
        seeds: {
            try ["dcp-megatron", "dcp-bert"].map { name in
                try FuzzSeed(files: files(of: name, [".metadata", "__0_0.distcp", "__1_0.distcp"]))
            }
        },
        { bytes, folder in
            try folder.place([".metadata", "__0_0.distcp", "__1_0.distcp"], sectionsOf: bytes)
            try ReaderLaws.check(FuzzedPlugins.format("pytorch").open(folder.path))
        })

    /// A folder of DeepSpeed's ZeRO, of stage 1 and 2 or of stage 3: the archives, or the pickles in them.
    static let zero = FuzzTarget(
        "zero", patience: 3,
        words: [
            "optimizer_state_dict", "partition_count", "zero_stage", "fp32_flat_groups", "param_shapes",
            "single_partition_of_fp32_groups", "shared_params", "frozen_param_fragments", "ctorch\nSize\n",
        ],
        seeds: {
            try ["zero-1", "zero-2", "zero-3-frozen"].flatMap { name in
                let kind = name == "zero-3-frozen" ? "zero_pp_rank_0_" : ""
                let model = "global_step2/\(kind)mp_rank_00_model_states.pt"
                let optimizers = (0...1).map { "global_step2/zero_pp_rank_\($0)_mp_rank_00_optim_states.pt" }
                let seed = try FuzzSeed(files: files(of: name, [model] + optimizers))
                let archives = FuzzSections.split(seed.bytes, count: 3)
                return [seed, FuzzSeed("\(seed.name).pkl", files: archives.compactMap(TorchArchive.pickle))]
            }
        },
        { bytes, folder in
            let sections = FuzzSections.split(bytes, count: 3).map { section in
                section.starts(with: Array("PK".utf8)) ? section : TorchArchive.archive(of: section)
            }
            let optimizers = (0...1).map { "zero_pp_rank_\($0)_mp_rank_00_optim_states.pt" }
            let models = ["mp_rank_00_model_states.pt", "zero_pp_rank_0_mp_rank_00_model_states.pt"]
            for (number, name) in optimizers.enumerated() {
                try folder.place(name, sections.count > number + 1 ? sections[number + 1] : nil)
            }
            for name in models { try folder.place(name, sections[0]) }
            try ReaderLaws.check(FuzzedPlugins.format("pytorch").open(folder.path))
        })

    /// Those of `names` that the checkpoint `folder` of the fixtures has.
    private static func files(of folder: String, _ names: [String]) -> [String] {
        names.map { "trainers/\(folder)/\($0)" }.filter { (try? Fixture($0).bytes) != nil }
    }
}
