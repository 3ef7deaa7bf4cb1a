#!/usr/bin/env bash
# A session in the real window, without a real screen: Xvfb shows it, xdotool
# is the hand and AT-SPI, what screen readers use, the eye.
#
#   scripts/window-session.sh [BINARY [FOLDER]]
#
# Runs tcp-chat with the reader typing, types into the client's console, stops,
# saves with Ctrl+S, checks the file with `wirelens show`, opens it again with
# Ctrl+O, and takes a screenshot at each step; then one each at other sizes and
# scales. The screenshots are for somebody to look at: the script only checks
# that what it does has the effect it should have. BINARY is
# target/debug/wirelens unless given, FOLDER a new temporary one.
#
# Needs: xvfb xdotool imagemagick dbus at-spi2-core python3-gi gir1.2-atspi-2.0
# and what the window itself needs (libgl1 libgl1-mesa-dri libxcursor1 libxi6
# libxkbcommon-x11-0). Without them it says so and ends with 77. Touches no
# settings of yours; ends whatever it started.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "SKIPPED: window session: $1" >&2
    exit 77
}

for tool in Xvfb xdotool import dbus-run-session gdbus /usr/bin/python3; do
    command -v "$tool" >/dev/null || skip "no $tool"
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null || skip "no gir1.2-atspi-2.0"

# Everything below runs on a session bus of its own.
if [ "${WIRELENS_SESSION:-}" != inside ]; then
    WIRELENS_SESSION=inside exec dbus-run-session -- "$0" "$@" 2> >(grep -v '^dbus-daemon' >&2)
fi

binary=${1:-$here/../target/debug/wirelens}
[ -x "$binary" ] || skip "no program at $binary: cargo build"
binary=$(realpath "$binary")
pictures=${2:-$(mktemp -d -t wirelens-session-XXXXXX)}
mkdir -p "$pictures"
work=$(mktemp -d)
started=()

finish() {
    local pid
    # The last one first: the display outlives what is shown on it.
    for ((index = ${#started[@]} - 1; index >= 0; index--)); do
        pid=${started[index]}
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "FAILED: $1" >&2
    shot failed
    /usr/bin/python3 "$here/accessible.py" "$window" list >"$pictures/failed.txt" || true
    exit 1
}

# A display of its own, large enough for 4K; its number is told on descriptor 3.
Xvfb -displayfd 3 -screen 0 3840x2160x24 -nolisten tcp >"$work/xvfb" 2>&1 3>"$work/display" &
started+=($!)
for _ in $(seq 100); do
    [ -s "$work/display" ] && break
    sleep 0.1
done
[ -s "$work/display" ] || skip "Xvfb does not start: $(cat "$work/xvfb")"
display=:$(cat "$work/display")
export DISPLAY=$display LIBGL_ALWAYS_SOFTWARE=1 NO_AT_BRIDGE=0
unset WAYLAND_DISPLAY WAYLAND_SOCKET LC_ALL LC_MESSAGES
export LANG=C.UTF-8

# As if a screen reader ran.
for property in IsEnabled ScreenReaderEnabled; do
    gdbus call --session --dest org.a11y.Bus --object-path /org/a11y/bus \
        --method org.freedesktop.DBus.Properties.Set org.a11y.Status "$property" '<true>' >/dev/null ||
        skip "no accessibility bus"
done

window=0 # the program's process
screen=0 # its window

# begin NAME SETTINGS [ARGUMENT…]: the window, with these settings.
begin() {
    local name=$1
    mkdir -p "$work/$name/wirelens"
    printf '%s\n' "$2" >"$work/$name/wirelens/settings.toml"
    shift 2
    XDG_CONFIG_HOME="$work/$name" "$binary" -v --lang "${language:-en}" "$@" >"$work/$name/out" 2>"$work/$name/err" &
    window=$!
    started+=("$window")
    screen=$(timeout 60 xdotool search --sync --onlyvisible --pid "$window" --name wirelens | head -1) ||
        fail "no window: $(cat "$work/$name/err")"
    xdotool windowfocus --sync "$screen"
}

# size WIDTH HEIGHT: there is no window manager to ask.
size() {
    xdotool windowsize --sync "$screen" "$1" "$2"
    sleep 1
}

end() {
    kill "$window" 2>/dev/null || true
    wait "$window" 2>/dev/null || true
}

shot() {
    import -window "$screen" "$pictures/$1.png" 2>/dev/null || true
    echo "  $pictures/$1.png"
}

# at ROLE NAME: where it is.
at() {
    /usr/bin/python3 "$here/accessible.py" "$window" find "$@"
}

seen() {
    at "$@" >/dev/null || fail "there is no $1 named $2"
}

click() {
    local place
    place=$(at "$@") || fail "there is no $1 named $2"
    # shellcheck disable=SC2086 # two numbers
    xdotool mousemove --window "$screen" $place click 1
    sleep 0.5
}

type_line() {
    xdotool type --delay 30 "$1"
    xdotool key Return
    sleep 0.5
}

echo "a chat, typed:"
begin chat 'welcome = false'
seen any '.*three-way handshake.*' 30
shot 01-greeting
click any 'tcp-chat'
sleep 3
shot 02-chat
click 'check box' '(type|Type).*'
click any '▶ Run'
click any 'Consoles'
click entry '.*client.*'
type_line 'hello from the keyboard'
seen any '.*hello from the keyboard.*'
shot 03-typed
type_line 'second line'
shot 04-second-line
click any '■ Stop'
sleep 1
shot 05-stopped
saved="$work/saved.pcapng"
xdotool key ctrl+s
sleep 0.7
shot 06-save
xdotool key ctrl+a
type_line "$saved"
sleep 1
[ -s "$saved" ] || fail "nothing was saved"
shot 07-saved
"$binary" show "$saved" >"$work/shown" || fail "the saved file cannot be shown"
grep -q 'hello from the' "$work/shown" || fail "what was typed is not in the saved file"
xdotool key ctrl+o
sleep 0.7
shot 08-open
xdotool key ctrl+a
type_line "$saved"
sleep 1
seen any '.*hello from the keyboard.*'
shot 09-opened
xdotool key F1
sleep 0.7
shot 10-keys
xdotool key Escape
end

echo "other scales and sizes:"
for scale in 0.5 1.0 2.0 3.0; do
    begin "scale-$scale" "size = $scale"
    sleep 3
    shot "scale-$scale"
    end
done
for area in 320x240 640x480 1024x768 3840x2160; do
    begin "size-$area" 'welcome = false'
    size "${area%x*}" "${area#*x}"
    sleep 2
    shot "size-$area"
    end
done
language=zh
for dark in true false; do
    begin "zh-$dark" "dark = $dark"
    sleep 3
    shot "zh-dark-$dark"
    end
done
echo "done; look at the pictures in $pictures"
