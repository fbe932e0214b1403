"""Graphs as text, DOT, Mermaid and SVG, for Scripts/draw-imports."""

from import_graph import FolderGraphs, Layers, ModuleGraph


def as_text(modules: ModuleGraph, layers: Layers, folders: FolderGraphs) -> str:
    lines = ["Modules, from top to bottom. Each imports only what is below it.", ""]
    for names, meaning in layers.lines:
        lines.append(f"{meaning}:" if meaning else "")
        for name in names:
            if name in modules.arrows:
                lines.append(f"  {name:<18} {' '.join(sorted(modules.arrows[name])) or '-'}")
    lines += ["", "Folders inside the modules, and the folders whose types they use."]
    for module, graph in folders.arrows.items():
        if len(graph) > 1:
            lines += ["", f"{module}:"]
            width = max(map(len, graph))
            for folder in sorted(graph):
                used = " ".join(sorted(graph[folder])) or "-"
                lines.append(f"  {folder:<{width}}  {used}")
    return "\n".join(lines)


def _reduced(modules: ModuleGraph) -> dict[str, set[str]]:
    """The arrows without those that a longer way says, too."""
    def below(name: str, seen: set[str]) -> set[str]:
        for other in modules.arrows[name] - seen:
            seen.add(other)
            below(other, seen)
        return seen

    reach = {name: below(name, set()) for name in modules.arrows}
    return {
        name: {other for other in imported
               if not any(other in reach[between] for between in imported - {other} if between != name)}
        for name, imported in modules.arrows.items()}


def as_dot(modules: ModuleGraph, layers: Layers) -> str:
    lines = ["digraph focus {", "  rankdir = TB; node [shape = box, fontname = sans];"]
    for names, _ in layers.lines:
        shown = " ".join(f'"{name}";' for name in names if name in modules.arrows)
        lines.append(f"  {{ rank = same; {shown} }}")
    for name, imported in sorted(_reduced(modules).items()):
        lines += [f'  "{name}" -> "{other}";' for other in sorted(imported)]
    return "\n".join(lines + ["}"])


def as_mermaid(modules: ModuleGraph, layers: Layers) -> str:
    lines = ["graph TD"]
    for row, (names, meaning) in enumerate(layers.lines):
        lines.append(f'  subgraph layer{row}["{meaning}"]')
        lines += [f"    {name}" for name in names if name in modules.arrows]
        lines.append("  end")
    for name, imported in sorted(_reduced(modules).items()):
        lines += [f"  {name} --> {other}" for other in sorted(imported)]
    return "\n".join(lines)


def as_svg(modules: ModuleGraph, layers: Layers) -> str:
    width, height, gap, row_height = 1240, 30, 12, 92
    places, boxes, lines = {}, [], []
    for row, (names, meaning) in enumerate(layers.lines):
        shown = [name for name in names if name in modules.arrows]
        if not shown:
            continue
        sizes = [9 * len(name) + 16 for name in shown]
        left = (width - sum(sizes) - gap * (len(shown) - 1)) / 2
        top = 24 + row * row_height
        boxes.append(f'<text x="8" y="{top - 8}" fill="#777" font-size="11">{meaning}</text>')
        for name, size in zip(shown, sizes):
            places[name] = (left + size / 2, top)
            boxes.append(f'<rect x="{left:.0f}" y="{top}" width="{size}" height="{height}" rx="4" fill="#eef" '
                         f'stroke="#446"/>')
            boxes.append(f'<text x="{left + size / 2:.0f}" y="{top + 20}" text-anchor="middle" '
                         f'font-size="14">{name}</text>')
            left += size + gap
    for name, imported in sorted(_reduced(modules).items()):
        for other in sorted(imported):
            if name in places and other in places:
                (x, y), (to_x, to_y) = places[name], places[other]
                lines.append(f'<line x1="{x:.0f}" y1="{y + height}" x2="{to_x:.0f}" y2="{to_y}" stroke="#99b"/>')
    body = "\n".join(lines + boxes)
    total = 24 + len(layers.lines) * row_height
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{total}" font-family="sans-serif">\n'
            f"{body}\n</svg>")
