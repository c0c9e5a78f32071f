"""Serve a built book on this machine only: `python serve.py FOLDER PORT`. It needs Python alone, and starts at once."""

from __future__ import annotations

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing of each request."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")  # a rebuilt page is seen at once
        super().end_headers()


class Server(ThreadingHTTPServer):
    """Lets the connections of a browser wait their turn: of six at once, the default may turn one away for a second."""

    request_queue_size = 128


def main(folder: str, port: str) -> int:
    """Serve `folder` on the loopback address until interrupted; 2 if the port cannot be had."""
    if not (Path(folder) / "index.html").is_file():
        print(f"There is no built book in {folder}: run make book first.", file=sys.stderr)
        return 2
    try:
        server = Server(("127.0.0.1", int(port)), partial(_Quiet, directory=folder))
    except (OSError, OverflowError, ValueError) as error:
        print(f"Port {port} cannot be used ({error}): try make course PORT=8001.", file=sys.stderr)
        return 2
    with server:
        print(f"The course is at http://127.0.0.1:{server.server_port}/ (Ctrl+C ends it).", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
