"""From a worker's events to the outputs of an executed notebook (nbformat 4)."""

from __future__ import annotations

from typing import Any

__all__ = ["OutputCollector"]

Output = dict[str, Any]


class OutputCollector:
    """Collects the outputs of every cell of one run.

    Everything that arrives is a claim by the worker: what is not a proper output is dropped.
    """

    def __init__(self) -> None:
        self._cells: dict[int, list[Output]] = {}
        self._displays: dict[str, list[Output]] = {}
        self._current: list[Output] = []
        self._number = 0
        self._clear_next = False
        self._stopped = False

    def start(self, number: int) -> None:
        """Let what follows belong to code cell ``number``, counted from 1."""
        self._current = self._cells[number] = []
        self._number = number
        self._clear_next = False

    def stop(self) -> None:
        """Drop what follows: what functions print when they are called is shown nowhere."""
        self._stopped = True

    def outputs(self, number: int) -> tuple[Output, ...]:
        """Return the outputs of code cell ``number``."""
        return tuple(_settled(output) for output in self._cells.get(number, ()))

    def add(self, event: dict[str, Any]) -> None:
        """Take one event."""
        if self._stopped:
            return
        match event.get("event"):
            case "stream":
                self._stream(event.get("name"), event.get("text"))
            case "display_data" | "execute_result" as kind:
                self._display(kind, event)
            case "update_display_data":
                for output in self._displays.get(str(event.get("display_id")), ()):
                    output["data"] = _bundle(event.get("data"))
            case "error":
                self._append(_error(event))
            case "clear_output" if event.get("wait") is True:
                self._clear_next = True
            case "clear_output":
                self._current.clear()

    def _append(self, output: Output) -> None:
        if self._clear_next:
            self._current.clear()
            self._clear_next = False
        self._current.append(output)

    def _stream(self, name: object, text: object) -> None:
        if name not in ("stdout", "stderr") or not isinstance(text, str) or not text:
            return
        last = self._current[-1] if self._current and not self._clear_next else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["parts"].append(text)
        else:
            self._append({"output_type": "stream", "name": name, "parts": [text]})

    def _display(self, kind: str, event: dict[str, Any]) -> None:
        output: Output = {
            "output_type": kind,
            "data": _bundle(event.get("data")),
            "metadata": {},
        }
        if kind == "execute_result":
            output["execution_count"] = self._number
        self._append(output)
        name = event.get("display_id")
        if isinstance(name, str):
            self._displays.setdefault(name, []).append(output)


def _settled(output: Output) -> Output:
    if output["output_type"] != "stream":
        return output
    text = "".join(output["parts"])
    return {"output_type": "stream", "name": output["name"], "text": _as_on_a_terminal(text)}


def _as_on_a_terminal(text: str) -> str:
    """Drop what a terminal would have overwritten: all before a return that does not end its line.

    A progress bar then leaves its last state instead of a thousand.
    """
    if "\r" not in text:
        return text
    *lines, last = text.split("\n")
    kept = [
        line.removesuffix("\r").rpartition("\r")[2] + "\r" * line.endswith("\r") for line in lines
    ]
    return "\n".join([*kept, last.rpartition("\r")[2]])


def _bundle(data: object) -> dict[str, Any]:
    """Keep the entries of a MIME bundle that a notebook may hold: texts, and JSON as such."""
    if not isinstance(data, dict):
        return {}
    return {
        kind: value
        for kind, value in data.items()
        if isinstance(value, str) or kind.endswith(("/json", "+json"))
    }


def _error(event: dict[str, Any]) -> Output:
    trace = event.get("traceback")
    lines = [line for line in trace if isinstance(line, str)] if isinstance(trace, list) else []
    return {
        "output_type": "error",
        "ename": str(event.get("ename", "Error")),
        "evalue": str(event.get("evalue", "")),
        "traceback": lines,
    }
