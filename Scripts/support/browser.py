"""Chromium without a window, driven through two pipes: pages, keys, what the console says, pictures."""

import base64
import json
import os
import shutil
import subprocess
import tempfile

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def executable() -> str:
    """The browser of this machine; an error where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise SystemExit("no browser was found: apt-get install chromium")


class Browser:
    """One browser with a folder of its own. Nothing of a network is reached."""

    def __enter__(self) -> "Browser":
        self.folder = tempfile.mkdtemp(prefix="focus-pages-")
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        # The browser reads commands from 3 and answers on 4.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec 3<&{commands} 4>&{answers}; exec "$0" "$@"', executable(), "--headless=new",
             "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe", "--hide-scrollbars",
             "--proxy-server=127.0.0.1:9", f"--user-data-dir={self.folder}"],
            pass_fds=(commands, answers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(commands)
        os.close(answers)
        self.number, self.pending = 0, b""
        return self

    def __exit__(self, *_) -> None:
        try:
            self.send("Browser.close")
        finally:
            self.process.wait(60)
            shutil.rmtree(self.folder, ignore_errors=True)

    def receive(self) -> dict:
        """The next thing that the browser says."""
        while b"\0" not in self.pending:
            part = os.read(self.answers, 1 << 20)
            if not part:
                raise RuntimeError("the browser has ended")
            self.pending += part
        message, self.pending = self.pending.split(b"\0", 1)
        return json.loads(message)

    def send(self, method: str, session: str | None = None, heard=None, **parameters) -> dict:
        """What the browser answers to a command; events on the way go to `heard`."""
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while (answer := self.receive()).get("id") != self.number:
            if heard:
                heard(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer.get("result", {})

    def open(self, path: os.PathLike, **looks) -> "Tab":
        """A tab with the page of a file, when it is loaded."""
        return Tab(self, path, **looks)


class Tab:
    """A page as one reader sees it, and what its console said."""

    def __init__(self, browser: Browser, path: os.PathLike, width: int = 1200, height: int = 900, dark: bool = False,
                 scripts: bool = True, print_media: bool = False):
        self.browser, self.said = browser, []
        target = browser.send("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                  mobile=width < 600)
        self.send("Emulation.setEmulatedMedia", media="print" if print_media else "",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.loaded = False
        self.send("Page.navigate", url=f"file://{os.path.abspath(path)}")
        while not self.loaded:
            self.hear(browser.receive())

    def send(self, method: str, **parameters) -> dict:
        return self.browser.send(method, self.session, self.hear, **parameters)

    def hear(self, event: dict) -> None:
        """Keeps what says that something is wrong, or that something is fetched."""
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.said.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Runtime.consoleAPICalled":
            self.said.append(f"{parameters['type']}: {[entry.get('value') for entry in parameters['args']]}")
        elif method == "Log.entryAdded":
            self.said.append(parameters["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            address = parameters["request"]["url"]
            if not address.startswith(("file:", "data:", "about:")):
                self.said.append(f"fetches {address}")

    def value(self, expression: str):
        """What an expression is in the page, as JSON has it."""
        result = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get("description"))
        return result["result"].get("value")

    def press(self, key: str, text: str = "", shift: bool = False) -> None:
        """One key, down and up."""
        code = {"Tab": 9, "Enter": 13, "ArrowDown": 40, "ArrowUp": 38, "ArrowLeft": 37, "ArrowRight": 39, "End": 35,
                "Home": 36, "PageDown": 34, " ": 32, "Escape": 27}.get(key, 0)
        text = text or {"Enter": "\r", " ": " "}.get(key, "")
        common = dict(key=key, windowsVirtualKeyCode=code, modifiers=8 if shift else 0)
        self.send("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        self.send("Input.dispatchKeyEvent", type="keyUp", **common)

    def write(self, text: str) -> None:
        """Text, as a keyboard or an input method brings it."""
        self.send("Input.insertText", text=text)

    def picture(self, path: os.PathLike, whole: bool = True, **clip) -> None:
        """A picture of the page as PNG; `whole` is also what lies below the window."""
        options = {"clip": {**clip, "scale": 1}} if clip else {}
        data = self.send("Page.captureScreenshot", captureBeyondViewport=whole, **options)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def close(self) -> None:
        self.send("Page.close")
