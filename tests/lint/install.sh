#!/bin/sh
# Holds `make install` and `make uninstall` against what they promise, in a folder of its own: everything is
# put where PREFIX and SYSCONFDIR say, the copies agree with each other, and no configuration is overwritten or removed.
set -eu

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
program=/bin/true
make=${MAKE:-make}

fail() {
  echo "install: $1" >&2
  exit 1
}
run() {
  $make -s "$1" DESTDIR="$tmp/image" PREFIX=/opt/reeve APP="$program" >"$tmp/log" 2>&1 || { cat "$tmp/log" >&2; fail "make $1 failed"; }
}
there() { test -e "$tmp/image$1" || fail "$1 is missing"; }
gone() { test ! -e "$tmp/image$1" || fail "$1 is still there"; }
holds() { grep -qF -e "$2" "$tmp/image$1" || fail "$1: \"$2\" is missing"; }
mode() { test "$(stat -c %a "$tmp/image$1")" = "$2" || fail "$1: must have mode $2"; }

run install
there /opt/reeve/bin/reeve
mode /opt/reeve/bin/reeve 755
holds /opt/reeve/lib/systemd/system/reeve.service 'ExecStart=/opt/reeve/bin/reeve serve --config /etc/reeve/reeve.yaml'
there /opt/reeve/lib/systemd/system/reeve.socket
holds /opt/reeve/lib/systemd/system/reeve-follow@.service 'ExecStart=/opt/reeve/bin/reeve follow --config /etc/reeve/%i.yaml'
there /opt/reeve/lib/sysusers.d/reeve.conf
holds /opt/reeve/lib/tmpfiles.d/reeve.conf 'd /etc/reeve '
holds /etc/reeve/reeve.yaml '  dir: /var/lib/reeve'
for file in $(find config -type f | sed 's|^config/||'); do
  there "/etc/reeve/$file"
  there "/opt/reeve/share/reeve/config/$file"
  mode "/etc/reeve/$file" 644
done

# A second install, of a later version, say.
echo 'changed: by hand' > "$tmp/image/etc/reeve/roles.yaml"
rm "$tmp/image/opt/reeve/share/reeve/config/roles.yaml"
run install
holds /etc/reeve/roles.yaml 'changed: by hand'
there /opt/reeve/share/reeve/config/roles.yaml

run uninstall
there /etc/reeve/roles.yaml
there /etc/reeve/reeve.yaml
gone /opt/reeve/share/reeve
for left in $(find "$tmp/image/opt" -type f); do gone "${left#"$tmp"/image}"; done

# Nothing is built by an install.
if $make -s install DESTDIR="$tmp/other" APP="$tmp/none" >"$tmp/log" 2>&1; then fail 'an install without a program went through'; fi
grep -qF 'run make first' "$tmp/log" || fail 'an install without a program does not say why'
test ! -e "$tmp/other" || fail 'an install without a program leaves files'
