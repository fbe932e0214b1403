internal import PluginSupport

/// Looking into what a pickle holds.
extension PickleMachine {
    /// The container that `value` is, where it is one of `kind`.
    func container(_ value: PickleValue?, _ kind: PickleContainer.Kind) -> PickleContainer? {
        guard case .container(let place) = value, containers[place].kind == kind else { return nil }
        return containers[place]
    }

    /// What the dictionary `value`, or the attributes of the object `value`, have under `key`; the last where there are
    /// several, as in Python. Objects with more than 64 attributes have none here: those that are looked into have few.
    func value(_ key: StaticString, of value: PickleValue?) -> PickleValue? {
        if let object = container(value, .object) {
            guard object.values.count > 2, let attributes = container(object.values[2], .dictionary),
                attributes.keys.count <= 64
            else { return nil }
            return self.value(key, of: object.values[2])
        }
        guard let dictionary = container(value, .dictionary) else { return nil }
        let key = [UInt8](ascii: key)
        let place = dictionary.keys.lastIndex { text($0).map { $0.elementsEqual(key) } ?? false }
        return place.map { dictionary.values[$0] }
    }

    /// The bytes of `value` where that is a text.
    func text(_ value: PickleValue?) -> ArraySlice<UInt8>? {
        guard case .text(let place) = value else { return nil }
        return bytes[place]
    }

    /// The number that `value` is, or that the object `value` has as its one argument, as members of an Enum do.
    func integer(_ value: PickleValue?) -> Int? {
        if case .integer(let number) = value { return number }
        guard let object = container(value, .object), let arguments = tuple(object.values[1]), arguments.count == 1,
            case .integer(let number) = arguments[0]
        else { return nil }
        return number
    }

    /// The values of `value` where that is a list or a tuple.
    func items(_ value: PickleValue?) -> [PickleValue]? {
        container(value, .list)?.values ?? value.flatMap { tuple($0) }
    }

    /// The keys and values of `value` where that is a dictionary.
    func pairs(_ value: PickleValue?) -> [(key: PickleValue, value: PickleValue)]? {
        container(value, .dictionary).map { dictionary in
            zip(dictionary.keys, dictionary.values).map { ($0, $1) }
        }
    }

    /// Whether `value` is an object of the class called `name`, in whatever module.
    func isObject(_ value: PickleValue?, of name: StaticString) -> Bool {
        guard let object = container(value, .object), case .global(.other(let other)) = object.values[0] else {
            return false
        }
        return other == [UInt8](ascii: name)
    }
}
