internal import HDF5Format
internal import NumPyFormat
public import Parallel
internal import RawFormat
public import Replacement
internal import SafetensorsFormat
public import TensorIO

extension FormatRegistry {
    /// The formats that come with this package. A folder's manifest is looked for before arrays that may lie beside it.
    public static var builtIn: FormatRegistry {
        builtIn(allowingExternal: [])
    }

    /// The same formats; HDF5 follows the tensors and groups called `names` into other files, and what is compressed is
    /// unpacked on `workers`, all cores by default.
    public static func builtIn(
        allowingExternal names: Set<TensorName>, workers: Workers = .allCores
    ) -> FormatRegistry {
        let hdf5 = HDF5Format(allowing: names, workers: workers)
        return FormatRegistry(distinct: [
            SafetensorsFormat(), hdf5, KerasFormat(hdf5), RawFormat(workers: workers), NPZFormat(), NumPyFormat(),
        ])
    }

    /// The same formats, but files that none of them knows are one tensor without a header.
    public func readingHeaderless(
        _ elementType: ElementType, shape: [Int], offset: Int = 0, isBigEndian: Bool = false
    ) -> FormatRegistry {
        var formats = self
        formats.fallback = HeaderlessFormat(
            elementType: elementType, shape: shape, offset: offset, isBigEndian: isBigEndian)
        return formats
    }

    /// The format that the user calls `name`.
    ///
    /// - Throws: `FocusError` with the names that are known, where `name` is none of them.
    public func known(_ name: String) throws(FocusError) -> any TensorFormat {
        guard let format = format(named: name) else {
            throw FocusError("there is no format '\(name)': \(formats.map(\.name).joined(separator: ", ")) are known")
        }
        return format
    }
}
