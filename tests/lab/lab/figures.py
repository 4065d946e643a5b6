"""The figures of one run by name: both ways put together, the worse one where worse matters."""

WAYS = ("a_to_b", "b_to_a")
LINKS = ("ab", "ba")
OF_PHASES = {
    "fps": ("fps", min),
    "frozen_s": ("freeze_s", sum),
    "video_ms_p95": ("latency_ms_p95", max),
    "video_ms_max": ("latency_ms_max", max),
    "first_frame_ms": ("first_frame_after_ms", max),
    "psnr": ("psnr_y", min),
}


def get(run, path):
    for key in path.split("."):
        run = run.get(key) if isinstance(run, dict) else None
    return run


def figures(run):
    def combined(paths, combine):
        values = [value for value in (get(run, path) for path in paths) if value is not None]
        return round(combine(values), 3) if values else None

    def ways(path, combine):
        return combined([f"{way}.{path}" for way in WAYS], combine)

    def links(path, combine):
        return combined([f"link.{way}.{path}" for way in LINKS], combine)

    cpu, memory = get(run, "cpu_s_per_call_s"), get(run, "max_rss_mb")
    found = {
        "accept_video_callee_ms": get(run, "setup.accept_to_video_at_callee_ms"),
        "accept_video_caller_ms": get(run, "setup.accept_to_video_at_caller_ms"),
        "accept_sound_callee_ms": get(run, "setup.accept_to_audio_at_callee_ms"),
        "accept_sound_caller_ms": get(run, "setup.accept_to_audio_at_caller_ms"),
        "dial_ringing_ms": get(run, "setup.dial_to_ringing_ms"),
        "fps": ways("video.fps", min),
        "video_ms_p50": ways("video.latency_ms_p50", max),
        "video_ms_p95": ways("video.latency_ms_p95", max),
        "frozen_s": ways("video.freeze_s", sum),
        "gap_ms_p95": ways("video.gap_ms_p95", max),
        "psnr_ab": get(run, "a_to_b.video.psnr_y"),
        "psnr_ba": get(run, "b_to_a.video.psnr_y"),
        "ear_ms_p50": ways("audio.m2e_ms_p50", max),
        "ear_ms_p95": ways("audio.m2e_ms_p95", max),
        "sound_matched": ways("audio.matched", min),
        "sound_score": ways("audio.match_score", min),
        "kbps_ab": get(run, "link.ab.sent_kbps"),
        "kbps_ba": get(run, "link.ba.sent_kbps"),
        "use": links("utilisation", min),
        "queue_ms_p95": links("queue_ms_p95", max),
        "queue_start_ms": links("queue_start_ms_max", max),
        "signals_after_accept": get(run, "signalling.after_accept"),
        "link_late_ms": round((links("emulator_late_us_p99", max) or 0) / 1e3, 1),
        "cpu_both": round(cpu["A"] + cpu["B"], 3) if cpu else None,
        "memory_mb": max(memory.values()) if memory else None,
    }
    for phase in get(run, "a_to_b.video.phases") or {}:
        for name, (path, combine) in OF_PHASES.items():
            found[f"{phase}.{name}"] = ways(f"video.phases.{phase}.{path}", combine)
        found[f"{phase}.kbps"] = links(f"phases.{phase}", min)
    return found
