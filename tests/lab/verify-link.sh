#!/usr/bin/env bash
# verify-link.sh LINKEM: holds the link against ping and iperf3. Needs root, iperf3, jq and ping; makes namespaces of its
# own, and removes them. Prints what it measured beside what it asked for; a person compares.
set -uo pipefail

linkem=$(realpath "$1")
a=sottoLabA
b=sottoLabB
scratch=$(mktemp -d)
down() {
  for space in $a $b; do ip netns delete $space 2>/dev/null; done
}
trap 'down; rm -rf "$scratch"' EXIT
down
for space in $a $b; do ip netns add $space; done

title() { printf '\n== %s\n' "$1"; }

start() { # OPTION... of linkem
  rm -f "$scratch/commands"
  mkfifo "$scratch/commands"
  "$linkem" --ns-a $a --ns-b $b --stats "$scratch/stats.jsonl" --seed 7 "$@" <"$scratch/commands" 2>"$scratch/errors" &
  link=$!
  exec 9>"$scratch/commands"
  for _ in $(seq 50); do
    if grep -q ready "$scratch/errors"; then break; fi
    sleep 0.1
  done
  echo t0 >&9
}
stop() {
  echo quit >&9
  exec 9>&-
  wait $link
}
of_seconds() { jq -c "select(.kind==\"second\")|$1" "$scratch/stats.jsonl"; }
of_total() { tail -n 1 "$scratch/stats.jsonl" | jq -c "$1"; }

pings() { # COUNT
  ip netns exec $a ping -q -i 0.01 -c "$1" -W 2 10.99.2.1 | tail -n 2
}
serve() {
  ip netns exec $b iperf3 -s -1 >/dev/null 2>&1 &
  server=$!
  sleep 0.4
}
udp() { # RATE SECONDS
  serve
  ip netns exec $a iperf3 -c 10.99.2.1 -u -b "$1" -l 1172 -t "$2" -J >"$scratch/iperf.json"
  wait $server
  jq -r '.end.sum | "sent \(.packets), lost \(.lost_percent) %, jitter \(.jitter_ms) ms"' "$scratch/iperf.json"
  of_total .ab
}

title "round trips of 0, 50 and 200 ms"
for delay in 0 25 100; do
  start --both delay=$delay
  pings 200
  stop
done

title "30 ms of uniform jitter on 50 ms, from A to B alone, without and with reordering"
for reorder in 0 1; do
  start --both delay=50 --ab jitter=30,reorder=$reorder
  pings 400
  stop
done

title "5 % loss"
start --both delay=5 --ab loss=0.05
udp 2M 10
stop

title "10 % loss in bursts of 5"
start --both delay=5 --ab ge=0.10/5
udp 2M 20
stop

title "1 Mbit/s and 300 ms of queue, with 1.5 Mbit/s: bits a second, queue in ms (50 %, 95 %), dropped"
start --both delay=25 --ab rate=1M,queue_ms=300
udp 1.5M 10
of_seconds '[.ab.out_bytes*8, .ab.qdelay_ms_p50, .ab.qdelay_ms_p95, .ab.drop_queue]' | sed -n 3,6p
stop

title "2 Mbit/s, after 4 s 500 kbit/s, after 8 s 2 Mbit/s: bits in each second"
start --ab rate=2M,queue_ms=300 --at '4 ab rate=500k' --at '8 ab rate=2M'
udp 2.2M 11
of_seconds '.ab.out_bytes*8' | tr '\n' ' '
stop

title "dark for 2 s of 8"
start --both delay=10 --at '3 both blackout=2'
pings 800
stop

title "what the link itself can carry: TCP, bits a second"
start --both delay=0
serve
ip netns exec $a iperf3 -c 10.99.2.1 -t 3 -J | jq -r '.end.sum_received.bits_per_second|round'
wait $server
stop

title "the same seed twice: packets, lost"
for _ in 1 2; do
  start --both delay=1 --ab loss=0.1
  ip netns exec $a ping -q -i 0.002 -c 2000 10.99.2.1 >/dev/null
  stop
  of_total '[.ab.in_pkts, .ab.drop_loss]'
done
