internal import CHDF5
internal import JSON
internal import TensorIO

/// Attributes: text of the root as metadata, and bytes of datasets. Within the lock.
enum HDF5Attributes {
    /// Metadata whose keys or values are no text of HDF5's, as a JSON object.
    static let otherMetadata = "__metadata__"
    /// The most bytes of an attribute of text of fixed length.
    private static let largestText = 64 << 20

    // MARK: Bytes

    /// The bytes of the attribute `name` of `object`, or nil where there is none of that kind.
    static func bytes(_ name: String, of object: hid_t) throws(FormatError) -> [UInt8]? {
        guard unsafe H5Aexists(object, name) > 0 else { return nil }
        let attribute = try HDF5Library.handle(
            unsafe H5Aopen(object, name, focus_h5_default()), "open an attribute", H5Aclose)
        let space = try HDF5Library.handle(H5Aget_space(attribute.id), "examine an attribute", H5Sclose)
        let type = try HDF5Library.handle(H5Aget_type(attribute.id), "examine an attribute", H5Tclose)
        let count = H5Sget_simple_extent_npoints(space.id)
        guard count >= 0, count <= 1 << 20, H5Tget_class(type.id) == H5T_INTEGER, H5Tget_size(type.id) == 1 else {
            return nil
        }
        var bytes = [UInt8](repeating: 0, count: Int(count))
        guard count > 0 else { return bytes }
        try unsafe HDF5Library.check(H5Aread(attribute.id, focus_h5_integer(1, 0), &bytes), "read an attribute")
        return bytes
    }

    /// Gives `object` an attribute of `bytes`.
    static func write(_ bytes: [UInt8], as name: String, to object: hid_t) throws(FormatError) {
        var size = hsize_t(bytes.count)
        let space = try HDF5Library.handle(unsafe H5Screate_simple(1, &size, nil), "make an attribute", H5Sclose)
        let attribute = try HDF5Library.handle(
            unsafe H5Acreate2(object, name, focus_h5_integer(1, 0), space.id, focus_h5_default(), focus_h5_default()),
            "make an attribute", H5Aclose)
        guard !bytes.isEmpty else { return }
        try unsafe HDF5Library.check(H5Awrite(attribute.id, focus_h5_integer(1, 0), bytes), "write an attribute")
    }

    // MARK: Metadata

    /// The text attributes of `object`: numbers as text, lists of texts as JSON; what is none of these is left out.
    static func metadata(of object: hid_t) throws(FormatError) -> [String: String] {
        let names = HDF5NameList()
        guard unsafe focus_h5_each_attribute(object, names.context, HDF5NameList.append) >= 0 else {
            throw HDF5Library.failure("list the attributes")
        }
        var metadata: [String: String] = [:]
        for bytes in names.names {
            let name = String(decoding: bytes, as: UTF8.self)
            guard name.utf8.elementsEqual(bytes), let text = try text(name, of: object) else { continue }
            guard name != otherMetadata else {
                try addOthers(text, to: &metadata)
                continue
            }
            guard metadata.updateValue(text, forKey: name) == nil else {
                throw FormatError(
                    .unsupported, "has two attributes '\(name)' that differ only in Unicode normalisation")
            }
        }
        return metadata
    }

    /// The attribute `name` of `object` as text, or as a digest of its bytes: equal where the attributes are.
    static func comparable(_ name: String, of object: hid_t) throws(FormatError) -> String {
        if let text = try text(name, of: object) { return text }
        let digest = HDF5Digest()
        let status = unsafe focus_h5_attribute_bytes(object, name, digest.context, HDF5Digest.append)
        guard status >= 0 else { throw HDF5Library.failure("read attribute '\(name)'") }
        return digest.description
    }

    private static func addOthers(_ json: String, to metadata: inout [String: String]) throws(FormatError) {
        guard let document = try? JSONDocument(Array(json.utf8)) else {
            throw FormatError(.invalidHeader, "its attribute '\(otherMetadata)' is not JSON")
        }
        for (key, value) in document.root.members {
            metadata[String(decoding: key, as: UTF8.self)] = value.string
        }
    }

    private static func text(_ name: String, of object: hid_t) throws(FormatError) -> String? {
        let attribute = try HDF5Library.handle(
            unsafe H5Aopen(object, name, focus_h5_default()), "open an attribute", H5Aclose)
        let space = try HDF5Library.handle(H5Aget_space(attribute.id), "examine an attribute", H5Sclose)
        let type = try HDF5Library.handle(H5Aget_type(attribute.id), "examine an attribute", H5Tclose)
        let count = H5Sget_simple_extent_npoints(space.id)
        switch H5Tget_class(type.id) {
        case H5T_STRING:
            guard let texts = try texts(attribute.id, type.id, space.id) else { return nil }
            if texts.count == 1 { return String(decoding: texts[0], as: UTF8.self) }
            let json = JSONBuilder.array(texts.map { .text(String(decoding: $0, as: UTF8.self)) }).written()
            return String(decoding: json, as: UTF8.self)
        case H5T_INTEGER where count == 1:
            var value: Int64 = 0
            try unsafe HDF5Library.check(H5Aread(attribute.id, focus_h5_native_int64(), &value), "read an attribute")
            return String(value)
        case H5T_FLOAT where count == 1:
            var value = 0.0
            try unsafe HDF5Library.check(H5Aread(attribute.id, focus_h5_native_double(), &value), "read an attribute")
            return value.description
        default: return nil
        }
    }

    // MARK: Text

    /// The texts in the attribute `name` of `object`, or nil where there is none, or it holds something else.
    static func texts(_ name: String, of object: hid_t) throws(FormatError) -> [[UInt8]]? {
        guard unsafe H5Aexists(object, name) > 0 else { return nil }
        let attribute = try HDF5Library.handle(
            unsafe H5Aopen(object, name, focus_h5_default()), "open an attribute", H5Aclose)
        let space = try HDF5Library.handle(H5Aget_space(attribute.id), "examine an attribute", H5Sclose)
        let type = try HDF5Library.handle(H5Aget_type(attribute.id), "examine an attribute", H5Tclose)
        guard H5Tget_class(type.id) == H5T_STRING else { return nil }
        return try texts(attribute.id, type.id, space.id)
    }

    private static func texts(_ attribute: hid_t, _ type: hid_t, _ space: hid_t) throws(FormatError) -> [[UInt8]]? {
        guard let count = Int(exactly: H5Sget_simple_extent_npoints(space)), count >= 0, count <= FOCUS_H5_MOST_TEXTS
        else { return nil }
        guard count > 0 else { return [] }
        guard H5Tis_variable_str(type) <= 0 else {
            var pointers = unsafe [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
            try unsafe HDF5Library.check(H5Aread(attribute, type, &pointers), "read an attribute")
            return unsafe pointers.map { pointer in
                guard let text = unsafe pointer else { return [] }
                defer { unsafe H5free_memory(text) }
                return unsafe Array(String(cString: text).utf8)
            }
        }
        let (size, overflow) = H5Tget_size(type).multipliedReportingOverflow(by: count)
        guard size > 0, !overflow, size <= largestText else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        try unsafe HDF5Library.check(H5Aread(attribute, type, &bytes), "read an attribute")
        let isPaddedWithSpaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD
        return (0..<count).map { index in
            var text = bytes[index * size / count..<(index + 1) * size / count].prefix { $0 != 0 }
            while isPaddedWithSpaces, text.last == UInt8(ascii: " ") { text.removeLast() }
            return Array(text)
        }
    }

    // MARK: Writing

    /// Gives `object` the attributes that `metadata` are.
    static func write(_ metadata: [String: String], to object: hid_t) throws(FormatError) {
        let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let isText = { (pair: (key: String, value: String)) in
            !pair.key.isEmpty && pair.key != otherMetadata && !pair.key.utf8.contains(0) && !pair.value.utf8.contains(0)
                && pair.key.utf8.count < 1 << 15
        }
        for pair in pairs where isText(pair) { try write(pair.value, as: pair.key, to: object) }
        let others = pairs.filter { !isText($0) }
        guard !others.isEmpty else { return }
        let json = JSONBuilder.object(others.map { .init($0.key, .text($0.value)) }).written()
        try write(String(decoding: json, as: UTF8.self), as: otherMetadata, to: object)
    }

    private static func write(_ text: String, as name: String, to object: hid_t) throws(FormatError) {
        let type = try HDF5Library.handle(H5Tcopy(focus_h5_c_string()), "make an attribute", H5Tclose)
        try HDF5Library.check(H5Tset_size(type.id, focus_h5_variable_length()), "make an attribute")
        try HDF5Library.check(H5Tset_cset(type.id, H5T_CSET_UTF8), "make an attribute")
        let space = try HDF5Library.handle(H5Screate(H5S_SCALAR), "make an attribute", H5Sclose)
        let creation = try HDF5Library.handle(H5Pcreate(focus_h5_attribute_creation()), "make an attribute", H5Pclose)
        try HDF5Library.check(H5Pset_char_encoding(creation.id, H5T_CSET_UTF8), "make an attribute")
        let attribute = try HDF5Library.handle(
            unsafe H5Acreate2(object, name, type.id, space.id, creation.id, focus_h5_default()), "make an attribute",
            H5Aclose)
        let status = unsafe text.withCString { start in
            var pointer: UnsafePointer<CChar>? = unsafe start
            return unsafe H5Awrite(attribute.id, type.id, &pointer)
        }
        try HDF5Library.check(status, "write an attribute")
    }
}
