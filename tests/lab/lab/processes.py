"""What a process costs, with all that it has started (a browser is many processes)."""

import os

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def tree(pid):
    """A process and its living descendants."""
    children = []
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                children += [int(word) for word in file.read().split()]
        except OSError:
            pass
    return [pid] + [descendant for child in children for descendant in tree(child)]


def cpu_seconds(pids):
    """CPU time of all threads, and of children that have been waited for."""
    ticks = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS_A_SECOND


def peak_memory_mb(pids):
    peak = 0
    for pid in pids:
        with open(f"/proc/{pid}/status") as file:
            peak += sum(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
    return round(peak, 1)


def machine_cpu_seconds():
    """CPU time of the whole machine since it was started, idling and waiting apart."""
    with open("/proc/stat") as file:
        ticks = [int(field) for field in file.readline().split()[1:9]]
    return (sum(ticks) - ticks[3] - ticks[4]) / TICKS_A_SECOND
