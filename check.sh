#!/usr/bin/env bash
# Every check there is; CI runs this and nothing else. Run it before you push.
#
#   ./check.sh          everything, from formatting to tests; 0 if all is well
#
# All steps run even when one fails. Tests that cannot run here (no namespaces,
# no tshark, no python3) pass, say so and are counted at the end: a check with
# skips has proved less than one without.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
unset UPDATE_SNAPSHOTS # a check compares pictures, it never draws them anew
export INSTA_UPDATE=no

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export WIRELENS_SKIPS="$work/skips" # tests/support/skip.rs appends to it
: >"$WIRELENS_SKIPS"
failed=()

# step NAME COMMAND…: runs it, remembers a failure, says how long it took.
step() {
    local name=$1 begun=$SECONDS
    shift
    printf '\n==> %s\n' "$name"
    if "$@"; then
        printf '    ok, %d s\n' $((SECONDS - begun))
    else
        failed+=("$name")
        printf '    FAILED, %d s\n' $((SECONDS - begun))
    fi
}

documentation() {
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps
}

# The commands of README.md: each fenced block after a line with
# `<!-- check.sh runs this -->`, as one bash script.
readme() {
    awk '/<!-- check\.sh runs this -->/ {armed = 1; next}
         /^```/ {if (inside) {inside = 0} else if (armed) {inside = 1; armed = 0}; next}
         inside {print}' README.md >"$work/readme.sh" || return 1
    if [ ! -s "$work/readme.sh" ]; then
        echo "README.md has no block marked <!-- check.sh runs this -->"
        return 1
    fi
    bash -euxo pipefail "$work/readme.sh" </dev/null
}

tests() {
    cargo test --locked --no-fail-fast 2>&1 | tee "$work/tests"
}

cargo --version && rustc --version || exit 1
step "format" cargo fmt --check
step "clippy, command line alone" cargo clippy --locked --no-default-features --all-targets -- -D warnings
step "clippy, with the window" cargo clippy --locked --all-targets -- -D warnings
step "documentation" documentation
step "tests" tests
step "commands of README.md" readme

printf '\n==> summary, %d s\n' "$SECONDS"
skips=$(wc -l <"$WIRELENS_SKIPS")
sort "$WIRELENS_SKIPS"
echo "skipped tests: $skips"
if [ ${#failed[@]} -gt 0 ]; then
    printf 'FAILED: %s\n' "${failed[@]}"
else
    echo "all checks passed"
fi
# Last, so that it is what one sees: cargo's own words about the tests.
grep -E '^(test result:|test .* FAILED$|error: )' "$work/tests"
[ ${#failed[@]} -eq 0 ]
