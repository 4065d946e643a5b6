#!/usr/bin/env bash
# The README's "Two people, two machines", word for word, between three network namespaces: a server, Alice and Bob.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: tools/two-people.sh [SOTTO]

Starts a server, makes two identities, lets each add the other, and lets Alice call Bob for five seconds. SOTTO is the
program [build/release/bin/sotto]. Needs root or sudo, for the namespaces; leaves nothing behind. Exit code 0 if both
have heard and seen each other, 77 if this machine gives no namespaces.
TEXT
}
case ${1:-} in -h | --help) usage && exit ;; esac
sotto=$(realpath "${1:-build/release/bin/sotto}")
[ -x "$sotto" ] || { echo "tools/two-people.sh: there is no $sotto: build it first (tools/demo.sh does)" >&2 && exit 2; }
if [ "$(id -u)" != 0 ]; then
  [ -t 0 ] && command -v sudo >/dev/null && exec sudo "$0" "$sotto"
  echo "tools/two-people.sh: run it as root" >&2
  exit 77
fi

# Addresses of RFC 5737, that nobody has; interfaces whose names libnice does not pass over.
tag=st$$
folder=$(mktemp -d)
server_id='' answer_id=''
clean_up() {
  for id in $answer_id $server_id; do kill "$id" 2>/dev/null && wait "$id" 2>/dev/null || true; done
  for space in server alice bob; do ip netns delete "$tag-$space" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap clean_up EXIT

say() { printf '\n== %s\n' "$*"; }
# in_space WHO COMMAND...: on that one's machine, with a home of their own.
in_space() {
  local who=$1
  shift
  SOTTO_HOME=$folder/$who ip netns exec "$tag-$who" "$@"
}
# The same in the background, where the job is the program itself and no shell around it: it can be told to stop.
in_space_background() {
  local who=$1
  shift
  SOTTO_HOME=$folder/$who exec ip netns exec "$tag-$who" "$@"
}

if ! ip netns add "$tag-server"; then
  echo "tools/two-people.sh: no network namespaces here: it takes root, and the package iproute2" >&2
  exit 77
fi
ip -n "$tag-server" link set lo up
ip -n "$tag-server" link add switch type bridge
ip -n "$tag-server" link set switch up
ip -n "$tag-server" address add 192.0.2.1/24 dev switch
number=10
for who in alice bob; do
  ip netns add "$tag-$who"
  ip -n "$tag-$who" link set lo up
  ip -n "$tag-$who" link add net0 type veth peer name "port-$who" netns "$tag-server"
  ip -n "$tag-server" link set "port-$who" master switch up
  ip -n "$tag-$who" address add "192.0.2.$number/24" dev net0
  ip -n "$tag-$who" link set net0 up
  number=$((number + 10))
  mkdir -m 700 "$folder/$who"
  (umask 077 && echo "the passphrase of $who" >"$folder/$who.passphrase")
done

say "One of them starts a server: sotto serve"
in_space_background server "$sotto" serve --listen 192.0.2.1:7443 --state "$folder/server" --port-file "$folder/server-line" \
  2>"$folder/server.log" &
server_id=$!
for _ in $(seq 100); do [ -s "$folder/server-line" ] || sleep 0.1; done
server=$(cat "$folder/server-line")
echo "the line to paste on the other side: --server $server"

for who in alice bob; do
  say "$who: sotto identity create --name $who"
  in_space $who "$sotto" identity create --name $who --server "$server" \
    --passphrase-file "$folder/$who.passphrase" --recovery-file "$folder/$who.recovery"
done

say "Each makes the other a contact: sotto contacts add"
in_space alice "$sotto" contacts add bob --yes --passphrase-file "$folder/alice.passphrase"
in_space bob "$sotto" contacts add alice --yes --passphrase-file "$folder/bob.passphrase"

say "Bob waits: sotto answer --yes --once"
in_space_background bob "$sotto" answer --yes --once --passphrase-file "$folder/bob.passphrase" >"$folder/bob.out" 2>&1 &
answer_id=$!
for _ in $(seq 100); do grep -q "waiting for calls" "$folder/bob.out" || sleep 0.1; done

say "Alice calls: sotto call bob"
in_space alice "$sotto" call bob --seconds 5 --passphrase-file "$folder/alice.passphrase" | tee "$folder/alice.out"

status=0
wait "$answer_id" || status=$?
answer_id=''
say "What Bob saw"
cat "$folder/bob.out"
for out in alice bob; do
  grep -q "picture 640x360" "$folder/$out.out" || { echo "$out saw no picture" >&2 && status=1; }
done
if grep -iE "alice|bob|192\.0\.2\.(10|20)" "$folder/server.log"; then
  echo "the server's log names somebody" >&2
  status=1
fi
exit "$status"
