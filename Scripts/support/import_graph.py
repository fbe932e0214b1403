"""The graphs that Scripts/draw-imports draws: modules by imports, folders by types, and the layers that both obey."""

import dataclasses
import pathlib
import re

import swift_source

# Parameters of generic types and names of the standard library that a module may define for itself, too.
IGNORED = {"Element", "Body", "Value", "Failure", "Index", "Key"}


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components of more than one node, each sorted (Tarjan 1972)."""
    index, low, stack, found, order = {}, {}, [], [], iter(range(10**9))

    def visit(node: str) -> None:
        index[node] = low[node] = next(order)
        stack.append(node)
        for other in sorted(arrows.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            component = []
            while not component or component[-1] != node:
                component.append(stack.pop())
            if len(component) > 1:
                found.append(sorted(component))

    for node in sorted(arrows):
        if node not in index:
            visit(node)
    return found


@dataclasses.dataclass
class Target:
    """A target of Package.swift: where its files are, and what it says that it depends on."""

    name: str
    folder: pathlib.Path
    dependencies: set[str]

    @property
    def swift_files(self) -> list[pathlib.Path]:
        return sorted(self.folder.rglob("*.swift"))


class ModuleGraph:
    """Which module imports which."""

    def __init__(self, targets: dict[str, Target], arrows: dict[str, set[str]]):
        self.targets, self.arrows = targets, arrows

    @classmethod
    def of_package(cls, root: pathlib.Path) -> "ModuleGraph":
        targets = {target.name: target for target in cls._targets(root)}
        arrows = {}
        for target in targets.values():
            files = target.swift_files
            if files:
                imported = set().union(*(swift_source.imports(path.read_text()) for path in files))
            else:
                imported = target.dependencies
            arrows[target.name] = (imported & targets.keys()) - {target.name}
        return cls(targets, arrows)

    @staticmethod
    def _targets(root: pathlib.Path):
        """The targets that Package.swift declares, but those of tests."""
        text = (root / "Package.swift").read_text()
        for match in re.finditer(r"\.(target|executableTarget|systemLibrary)\(\s*name:", text):
            depth, end = 0, match.end()
            for end in range(text.index("(", match.start()), len(text)):
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                if depth == 0:
                    break
            block = re.sub(r"\.product\([^)]*\)|//[^\n]*", "", text[match.start():end])
            name = re.search(r'name:\s*"(\w+)"', block)
            path = re.search(r'[^\w]path:\s*"([^"]+)"', block)
            dependencies = re.search(r"dependencies:\s*\[(.*?)\]", block, re.DOTALL)
            yield Target(
                name[1], root / (path[1] if path else f"Sources/{name[1]}"),
                set(re.findall(r'"(\w+)"', dependencies[1] if dependencies else "")))

    def faults(self) -> list[str]:
        faults = [f"modules import one another: {', '.join(circle)}" for circle in circles(self.arrows)]
        for name, target in sorted(self.targets.items()):
            if target.swift_files:
                for unused in sorted((target.dependencies & self.targets.keys()) - self.arrows[name]):
                    faults.append(f"Package.swift says that {name} depends on {unused}, but no file of it imports that")
                # It may build where that happens to be built first.
                for missing in sorted(self.arrows[name] - target.dependencies):
                    faults.append(f"a file of {name} imports {missing}, which Package.swift does not say")
        return faults


class Layers:
    """The modules from top to bottom, as Scripts/support/layers.txt has them."""

    def __init__(self, lines: list[tuple[list[str], str]]):
        self.lines = lines
        self.height = {name: -row for row, (names, _) in enumerate(lines) for name in names}

    @classmethod
    def read(cls, path: pathlib.Path) -> "Layers":
        lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
        return cls([(names.split(), text.strip()) for names, _, text in (line.partition(":") for line in lines)])

    def faults(self, modules: ModuleGraph) -> list[str]:
        faults = [f"{name} is not in Scripts/support/layers.txt"
                  for name in sorted(modules.arrows.keys() - self.height.keys())]
        for name, imported in sorted(modules.arrows.items()):
            for other in sorted(imported):
                if name in self.height and other in self.height and self.height[other] >= self.height[name]:
                    faults.append(f"{name} imports {other}, which is not below it in Scripts/support/layers.txt")
        return faults


class FolderGraphs:
    """For each module in Swift, which of its folders uses types of which."""

    def __init__(self, arrows: dict[str, dict[str, set[str]]], reasons: dict[tuple[str, str, str], set[str]]):
        self.arrows, self.reasons = arrows, reasons

    @property
    def count(self) -> int:
        return sum(len(folders) for folders in self.arrows.values())

    @classmethod
    def of_modules(cls, modules: ModuleGraph) -> "FolderGraphs":
        arrows, reasons = {}, {}
        for name, target in sorted(modules.targets.items()):
            files = target.swift_files
            if not files:
                continue
            texts = {path: path.read_text() for path in files}
            homes: dict[str, set[str]] = {}
            every = {}
            for path, text in texts.items():
                outer, every[path] = swift_source.declared(text)
                for type_name in outer - IGNORED:
                    homes.setdefault(type_name, set()).add(cls._folder(path, target))
            graph: dict[str, set[str]] = {cls._folder(path, target): set() for path in files}
            for path, text in texts.items():
                folder = cls._folder(path, target)
                for word in (swift_source.words(text) & homes.keys()) - every[path]:
                    # A name that several folders define means the nearest one, which is nobody's arrow.
                    if len(homes[word]) == 1 and (home := next(iter(homes[word]))) != folder:
                        graph[folder].add(home)
                        reasons.setdefault((name, folder, home), set()).add(f"{path.name} uses {word}")
            arrows[name] = graph
        return cls(arrows, reasons)

    @staticmethod
    def _folder(path: pathlib.Path, target: Target) -> str:
        folder = path.parent.relative_to(target.folder).as_posix()
        return folder

    def faults(self) -> list[str]:
        faults = []
        for module, graph in self.arrows.items():
            for circle in circles(graph):
                reasons = []
                for folder in circle:
                    for other in sorted(graph[folder] & set(circle)):
                        found = sorted(self.reasons[module, folder, other])
                        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
                        reasons.append(f"\n    {folder} -> {other}: {'; '.join(found[:3])}{more}")
                faults.append(f"folders of {module} use one another: {', '.join(circle)}{''.join(reasons)}")
        return faults
