"""Turns what a run has left in its folder into one JSON object."""

import json
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from lab import pictures, sound
from lab.pictures import percentile

SETTLED_S = 5  # after the accept; before it the link is measured apart


def read_json(path):
    with open(path) as file:
        return json.load(file)


def one_way(folder, sender, receiver, info, configs):
    """What `receiver` got of what `sender` sent."""
    end, accept = info["t_stop"] * 1e6, info["t_accept"] * 1e6
    folders = f"{folder}/{sender}", f"{folder}/{receiver}"
    config, scenario, figures = configs[sender], info["scenario"], {}
    if config["video"]:
        figures["video"] = pictures.measure(*folders, config["video"], scenario, accept, end)
    figures["audio"] = sound.measure(*folders, config["audio"], scenario, accept)
    done = info["done"][receiver]
    if done.get("total_samples"):
        figures["audio"]["concealed_ratio"] = round(done["concealed_samples"] / done["total_samples"], 4)
    return figures


def kilobits(counts, key):
    return [count[key] * 8 / 1e3 for count in counts]


def one_way_of_link(seconds, first_seconds, total, way, phases):
    """What the link carried one way, by its lines of statistics."""
    counts = [line[way] for line in seconds]
    packets = max(1, sum(count["in_pkts"] for count in counts))
    lost = sum(count["drop_loss"] + count["drop_blackout"] for count in counts)
    sent = kilobits(counts, "in_bytes")
    figures = {
        "sent_kbps": round(float(np.mean(sent)), 1),
        "delivered_kbps": round(float(np.mean(kilobits(counts, "out_bytes"))), 1),
        "packets_per_s": round(float(np.mean([count["in_pkts"] for count in counts])), 1),
        "lost_pct": round(100 * lost / packets, 2),
        "queue_dropped_pct": round(100 * sum(count["drop_queue"] for count in counts) / packets, 2),
        "queue_ms_p50": round(float(np.median([count["qdelay_ms_p50"] for count in counts])), 1),
        "queue_ms_p95": percentile([count["qdelay_ms_p95"] for count in counts], 90),
        "queue_start_ms_max": percentile([line[way]["qdelay_ms_max"] for line in first_seconds], 100),
        "emulator_late_us_p99": total and total[way]["late_us_p99"],
        "kbps_by_second": [round(value) for value in sent],
    }
    capacity = sum(count["rate"] for count in counts)
    if capacity:
        figures["utilisation"] = round(sum(count["out_bytes"] * 8 for count in counts) / capacity, 3)
    if phases:
        figures["phases"] = {}
        for name, (begin, end) in phases.items():
            within = [line[way] for line in seconds if begin <= line["t"] - 0.5 < end]
            figures["phases"][name] = round(float(np.mean(kilobits(within, "in_bytes") or [0])), 1)
    return figures


def link(folder, info):
    with open(f"{folder}/link.jsonl") as file:
        lines = [json.loads(line) for line in file]
    seconds = [line for line in lines if line["kind"] == "second"]
    total = next((line for line in lines if line["kind"] == "total"), None)
    settled = info["t_accept"] + SETTLED_S + 1
    first = [line for line in seconds if info["t_accept"] < line["mono"] <= settled]
    seconds = [line for line in seconds if settled <= line["mono"] <= info["t_stop"]]
    if not seconds:
        return {}
    phases = info["scenario"].get("phases")
    return {way: one_way_of_link(seconds, first, total, way, phases) for way in ("ab", "ba")}


def set_up(info, a_to_b, b_to_a):
    """How long it took to ring, and from the accept to sound and picture at each end."""
    rtt_ms = info["scenario"]["rtt_ms"]
    to_ringing = (info["t_ring"] - info["t_dial"]) * 1e3
    ring = (info["t_accept"] - info["t_ring"]) * 1e3
    figures = {"dial_to_ringing_ms": round(to_ringing, 1), "ring_ms": round(ring, 1)}
    for who, way in (("callee", a_to_b), ("caller", b_to_a)):
        for kind in ("video", "audio"):
            time = way.get(kind, {}).get("first_from_accept_ms")
            if time is None:
                continue
            figures[f"accept_to_{kind}_at_{who}_ms"] = time
            figures[f"dial_to_{kind}_at_{who}_less_ring_ms"] = round(time + to_ringing, 1)
            if rtt_ms:
                figures[f"accept_to_{kind}_at_{who}_rtts"] = round(time / rtt_ms, 2)
    return figures


def analyse(folder):
    info = read_json(f"{folder}/info.json")
    configs = {side: read_json(f"{folder}/{side}/config.json") for side in "AB"}
    with ProcessPoolExecutor(2) as pool:
        ways = [pool.submit(one_way, folder, *way, info, configs) for way in ("AB", "BA")]
        a_to_b, b_to_a = (way.result() for way in ways)
    scenario = info["scenario"]
    return {
        "scenario": scenario["name"],
        "version": info["version"],
        "rtt_ms": scenario["rtt_ms"],
        "link_spec": scenario["link"],
        "at": scenario.get("at", []),
        "video": scenario["video"],
        "duration_s": scenario["duration_s"],
        "seed": scenario["seed"],
        "options": configs["A"]["options"],
        "signalling": {
            "one_way_ms": info["signal_one_way_ms"],
            "messages": info["signal_messages"],
            "bytes": info["signal_bytes"],
            "after_accept": info["signal_after_accept"],
        },
        "setup": set_up(info, a_to_b, b_to_a),
        "a_to_b": a_to_b,
        "b_to_a": b_to_a,
        "link": link(folder, info),
        "cpu_s_per_call_s": info["cpu"],
        "machine_cpu_s_per_s": info["machine_cpu"],
        "max_rss_mb": info["max_rss_mb"],
        "stack": info["done"],
    }
