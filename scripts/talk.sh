# Sourced by the scripts: the checkout's directory, progress lines with the seconds gone by, and how to give up.
checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$checkout"
export CITYALERT_BEGAN="${CITYALERT_BEGAN:-$(date +%s)}"

say() { printf '%3ss  %s\n' "$(($(date +%s) - CITYALERT_BEGAN))" "$*"; }

fail() {
  printf '\n%s\n' "$*" >&2
  exit 1
}
