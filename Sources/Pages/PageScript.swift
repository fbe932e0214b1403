/// What pages do with scripts: a table of all tokens, fifty at a time, with a search; a map that names its points.
enum PageScript {
    /// The script. All text goes into the page as text, never as markup.
    static let text: StaticString = """
        "use strict";
        (() => {
          const find = (id) => document.getElementById(id);
          if (!find("token-data")) return;
          const data = JSON.parse(find("token-data").textContent);
          const texts = data.texts.split("\\n"), names = data.names.split("\\n"), kinds = data.kinds;
          const counts = data.counts === null ? null : data.counts.split(",");
          const packed = data.sources, letters = data.letters, size = 50;
          const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
          const number = (place, length) => {
            let value = 0;
            for (let i = 0; i < length; i++) value = value * 64 + alphabet.indexOf(packed[place + i]);
            return value;
          };
          const starts = new Uint32Array(kinds.length);
          for (let row = 0, place = 0; row < kinds.length; row++) {
            starts[row] = place;
            const head = packed[place];
            place += head === "=" || head === "." ? 1 : 3 + Number(head) * (letters + 2);
          }
          const make = (name, text, kind) => {
            const element = document.createElement(name);
            if (kind) element.className = kind;
            element.textContent = text;
            return element;
          };
          const counted = (id) => counts === null ? 0 : Number(counts[id] || 0);
          const grouped = (value) => value.toLocaleString("en-US");
          const swatch = (kind) => {
            const space = "http://www.w3.org/2000/svg";
            const [drawing, square] = ["svg", "rect"].map((name) => document.createElementNS(space, name));
            drawing.setAttribute("class", "swatch");
            drawing.setAttribute("viewBox", "0 0 12 12");
            drawing.setAttribute("aria-hidden", "true");
            square.setAttribute("class", "k" + kind);
            for (const [key, value] of [["width", 12], ["height", 12], ["rx", 2]]) square.setAttribute(key, value);
            drawing.append(square);
            return drawing;
          };
          const sources = (id) => {
            const head = packed[starts[id]];
            if (head === ".") return [];
            if (head === "=") return [make("bdi", texts[id], "token")];
            const all = number(starts[id] + 1, 2), parts = [];
            for (let i = 0; i < Number(head); i++) {
              const place = starts[id] + 3 + i * (letters + 2), share = number(place + letters, 2) / 40.95;
              if (i > 0) parts.push(", ");
              parts.push(make("bdi", names[number(place, letters)], "token"));
              if (all > 1) parts.push(share > 0 && share < 0.05 ? " < 0.1 %" : " " + share.toFixed(1) + " %");
            }
            if (all > Number(head)) parts.push(" and " + (all - Number(head)) + " more");
            return parts;
          };
          const row = (id) => {
            const line = document.createElement("tr"), cells = [make("td", String(id), "number")];
            const token = make("td", ""), origin = make("td", ""), made = make("td", "");
            token.append(make("bdi", texts[id], "token"));
            origin.append(swatch(kinds[id]), data.kindNames[kinds[id]]);
            made.append(...sources(id));
            cells.push(token, origin);
            if (counts !== null) cells.push(make("td", grouped(counted(id)), "number"));
            line.append(...cells, made);
            return line;
          };
          let lower = null, found = [], first = 0;
          const show = () => {
            const shown = found.slice(first, first + size);
            find("token-rows").replaceChildren(...shown.map(row));
            find("token-caption").textContent = found.length === kinds.length
              ? grouped(kinds.length) + " tokens" : grouped(found.length) + " of " + grouped(kinds.length) + " tokens";
            find("token-previous").disabled = first === 0;
            find("token-next").disabled = first + size >= found.length;
            find("token-says").textContent = found.length === 0
              ? "no token"
              : grouped(first + 1) + " to " + grouped(first + shown.length) + " of " + grouped(found.length);
          };
          const search = () => {
            const wanted = find("token-search").value, kind = find("token-kind").value;
            if (wanted !== "" && lower === null) lower = texts.map((text) => text.toLowerCase());
            const text = wanted.toLowerCase(), isID = /^#\\d+$/.test(wanted), id = Number(wanted.slice(1));
            found = [];
            for (let i = 0; i < kinds.length; i++) {
              if (kind !== "" && kinds[i] !== kind) continue;
              if (wanted === "" || (isID && i === id) || lower[i].includes(text)) found.push(i);
            }
            if (find("token-order").value === "count") found.sort((a, b) => counted(b) - counted(a) || a - b);
            first = 0;
            show();
          };
          let waiting = 0;
          find("token-search").addEventListener("input", () => {
            clearTimeout(waiting);
            waiting = setTimeout(search, 120);
          });
          for (const id of ["token-kind", "token-order"]) find(id).addEventListener("change", search);
          find("token-previous").addEventListener("click", () => { first = Math.max(0, first - size); show(); });
          find("token-next").addEventListener("click", () => { first += size; show(); });
          document.documentElement.classList.add("scripted");
          search();
          if (!find("map-data")) return;
          const map = JSON.parse(find("map-data").textContent), ring = find("map-ring");
          const order = map.ids.map((_, i) => i).sort((a, b) => map.x[a] - map.x[b] || a - b);
          let current = -1;
          const point = (i) => {
            current = i;
            ring.setAttribute("cx", map.x[i] / 2);
            ring.setAttribute("cy", map.y[i] / 2);
            const id = map.ids[i], says = [make("bdi", texts[id], "token"), " " + data.kindNames[kinds[id]]];
            const parts = sources(id);
            find("map-says").replaceChildren(...says, parts.length > 0 ? ": " : "", ...parts);
          };
          find("map").addEventListener("pointermove", (event) => {
            const box = find("map").getBoundingClientRect(), scale = 800 / box.width;
            const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
            let best = -1, least = 900;
            for (let i = 0; i < map.ids.length; i++) {
              const far = (map.x[i] - x) ** 2 + (map.y[i] - y) ** 2;
              if (far < least) { best = i; least = far; }
            }
            if (best >= 0 && best !== current) point(best);
          });
          const move = (by) => {
            const place = current < 0 ? (by > 0 ? -1 : 0) : order.indexOf(current);
            point(order[(place + by + order.length) % order.length]);
          };
          find("map-previous").addEventListener("click", () => move(-1));
          find("map-next").addEventListener("click", () => move(1));
        })();
        """
}
