# The session of a headless desktop. Process 1 of its namespace, or (argument "marks") an ordinary process.
# Starts the bus, the X server, the keychain and the window manager, says "ready", and lives until its
# standard input ends: that happens when the test drops the desktop, and also when the test is killed.
isolation=$1 size=$2 keychain=$3
tree=$WINGMAN_DESKTOP

finish() {
    trap - EXIT
    if [ "$isolation" = namespace ]; then
        kill -KILL -1 2>/dev/null
    else
        # Twice nothing found: a process may be between fork and exec.
        quiet=0
        while [ "$quiet" -lt 2 ]; do
            quiet=$((quiet + 1))
            # The browser writes over its environment; its arguments name the tree.
            for file in $(grep -lszxF "WINGMAN_DESKTOP=$tree" /proc/[0-9]*/environ; grep -lszF "=$tree/" /proc/[0-9]*/cmdline); do
                pid=${file#/proc/} pid=${pid%/*}
                if [ "$pid" != "$$" ]; then
                    kill -KILL "$pid" 2>/dev/null && quiet=0
                fi
            done
        done
    fi
    wait 2>/dev/null
    rm -rf -- "$tree"
    exit 0
}
trap finish EXIT
cd "$HOME" || exit 1

mkfifo "$tree/display" "$tree/address"
Xvfb -displayfd 3 -screen 0 "${size}x24" -nolisten tcp -noreset 3>"$tree/display" 2>"$tree/log/x-server.log" &
dbus-daemon --config-file="$tree/bus.conf" --nofork --nopidfile --print-address=4 4>"$tree/address" 2>"$tree/log/bus.log" &
read -r address <"$tree/address" || exit 1

# An empty password would make no login keyring, and every store would hang on a prompt.
if [ "$keychain" != absent ]; then
    printf 'correct horse' | gnome-keyring-daemon --unlock --components=secrets >"$tree/log/keychain.log" 2>&1 || exit 1
    gdbus wait --session --timeout 10 org.freedesktop.secrets || exit 1
fi

read -r display <"$tree/display" || exit 1
export DISPLAY=":$display"
# For what the bus starts: the prompt of a locked keyring needs the screen, and not to outlive the session.
gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
    --method org.freedesktop.DBus.UpdateActivationEnvironment "{'DISPLAY': '$DISPLAY'}" || exit 1
openbox --sm-disable >"$tree/log/window-manager.log" 2>&1 &
# Managing comes before listing: a list of windows, even an empty one, is the last thing to appear.
until wmctrl -l >/dev/null 2>&1; do sleep 0.01; done
printf '%s' "$DISPLAY" >"$tree/ready.part" && mv "$tree/ready.part" "$tree/ready"

while read -r _; do :; done
