"""Publishes from a process that serves nobody, as a worker does: one card for each line on standard input."""

import sys

from bench.sockets.ours import publish

if __name__ == "__main__":
    for _line in sys.stdin:
        print(publish(), flush=True)
