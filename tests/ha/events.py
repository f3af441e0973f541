"""What happens to the cluster while dossiers come in. Each answers who was hit, and leaves
everything running as before."""
import signal
import time

from cluster import Failed, wait

# Between the first sign of trouble and a new primary: ttl, a promotion, this slow machine.
PROMOTED = 90
WHOLE = 180


def under_load(load, least=20):
    """Nothing is shown by killing a cluster that nobody uses."""
    begin = time.monotonic()
    wait("dossiers to come in", 60, lambda: load.since(begin) >= least)


def moved(cluster, load, old):
    """Another is primary, and dossiers come in there."""
    new = wait(f"another primary than {old.name}", PROMOTED,
               lambda: next((node for node in [cluster.primary()] if node and node is not old), None))
    load.promoted = time.monotonic()
    wait(f"dossiers at {new.name}", PROMOTED, lambda: load.since(load.promoted) >= 5)
    return new


def kill_primary(cluster, load, kind):
    old = cluster.primary()
    if kind == "behind":
        # The standbys stop hearing from it, then it is gone for good: whatever it would
        # have acknowledged in that time alone, only it had.
        others = [node for node in cluster.databases if node is not old]
        for node in others:
            node.link("down")
        time.sleep(1.5)
        old.kill()
        old.link("down")
        for node in others:
            node.link("up")
    elif kind == "power":
        old.link("down")
        old.kill()
    elif kind == "machine":
        old.kill()
    else:
        old.kill(spare=["etcd"])
    moved(cluster, load, old)
    if kind in ("behind", "power"):
        old.link("up")
    if kind != "processes":
        old.start_etcd()
    old.start_patroni()
    return old.name


def kill_patroni_alone(cluster, load):
    """PostgreSQL goes on as a primary that nobody watches, beside the new one."""
    old = cluster.primary()
    old.kill(only=["patroni"])
    moved(cluster, load, old)
    if old.sql("SELECT pg_is_in_recovery()").strip() != "f":
        raise Failed(f"{old.name} was to stay a primary without Patroni")
    old.start_patroni()
    return old.name


def kill_postgres_alone(cluster, load):
    """Patroni lives: it starts it again in place, or another takes over."""
    old = cluster.primary()
    old.kill(only=["postgres"])
    begin = time.monotonic()
    wait("dossiers", PROMOTED, lambda: load.since(begin) >= 20)
    return old.name


def cut_off_primary(cluster, load, seconds):
    """Its cable is pulled: it must stop being a primary by itself, and when it comes back it
    must not take the lock from who has it by then."""
    old = cluster.primary()
    old.link("down")
    begin = time.monotonic()
    new = moved(cluster, load, old)

    def demoted():
        try:
            return old.sql("SELECT pg_is_in_recovery()", "postgres").strip() == "t"
        except Failed:
            return False  # stopped, on its way to be a standby
    wait(f"{old.name}, cut off, to demote itself", 60, demoted)
    time.sleep(max(0, seconds - (time.monotonic() - begin)))
    if not load.since(time.monotonic() - 3):
        raise Failed("no dossiers while a machine was cut off")
    old.link("up")
    back = time.monotonic()
    while time.monotonic() - back < 15:
        if cluster.primary() not in (new, None):
            raise Failed(f"{old.name} came back and took the lock from {new.name}")
        time.sleep(0.5)
    return old.name


def cut_off_briefly(cluster, load):
    return cut_off_primary(cluster, load, 0)


def cut_off_long(cluster, load):
    return cut_off_primary(cluster, load, 45)


def cut_off_standby(cluster, load):
    """The synchronous standby falls silent: writes wait until the other one stands in."""
    node = cluster.standby("sync_standby")
    node.link("down")
    begin = time.monotonic()
    wait("the other standby", PROMOTED, lambda: load.since(begin) and cluster.standby("sync_standby") is not node)
    begin = time.monotonic()
    wait("dossiers", PROMOTED, lambda: load.since(begin) >= 20)
    node.link("up")
    return node.name


def kill_standby(cluster, load):
    """The synchronous standby's machine dies: writes wait until the other one stands in."""
    node = cluster.standby("sync_standby")
    node.kill()
    begin = time.monotonic()
    wait("the other standby", PROMOTED, lambda: load.since(begin) and cluster.standby("sync_standby") is not node)
    node.start_etcd()
    node.start_patroni()
    return node.name


def kill_third(cluster, load):
    """Nobody waits for the one that is neither."""
    node = cluster.standby("replica")
    node.kill()
    begin = time.monotonic()
    wait("dossiers", PROMOTED, lambda: load.since(begin) >= 20)
    node.start_etcd()
    node.start_patroni()
    return node.name


def kill_two(cluster, load):
    """No majority is left: nothing may be acknowledged until a second one is back."""
    left = cluster.primary()
    gone = [node for node in cluster.databases if node is not left]
    for node in gone:
        node.kill()
    time.sleep(1)
    begin = time.monotonic()
    time.sleep(40)
    early = load.since(begin)
    if early:
        load.wrong.append(f"{early} dossiers were acknowledged while two of three databases were away")
    for node in gone:
        node.start_etcd()
        node.start_patroni()
    begin = time.monotonic()
    wait("dossiers", WHOLE, lambda: load.since(begin) >= 20)
    return " ".join(node.name for node in gone)


def kill_etcd(cluster, load):
    """One of three that keep the lock is away: the primary's Patroni asks the others."""
    node = cluster.primary()
    node.kill(only=["etcd"])
    # Longer than its lock lasts unless it is renewed.
    time.sleep(30)
    begin = time.monotonic()
    wait("dossiers", PROMOTED, lambda: load.since(begin) >= 20)
    if cluster.primary() is not node:
        load.wrong.append("another became primary though two of three still kept its lock")
    node.start_etcd()
    return node.name


def kill_all_etcd(cluster, load):
    """Nobody can ask whose the lock is: a primary that cannot stops, and its end is no loss."""
    for node in cluster.databases:
        node.kill(only=["etcd"])
    time.sleep(45)
    begin = time.monotonic()
    time.sleep(5)
    if load.since(begin):
        load.wrong.append("dossiers were acknowledged by a primary that could not ask whether it is one")
    for node in cluster.databases:
        node.start_etcd()
    begin = time.monotonic()
    wait("dossiers", WHOLE, lambda: load.since(begin) >= 20)
    return "all"


def kill_haproxy(cluster, load):
    """The way to servers and databases is gone, as until systemd starts it again."""
    cluster.app.kill(only=["haproxy"])
    time.sleep(3)
    cluster.start_haproxy()
    begin = time.monotonic()
    wait("dossiers", PROMOTED, lambda: load.since(begin) >= 20)
    return "app"


def end_sessions(cluster, load):
    """Nobody but the primary has what was just committed, and the sessions that wait for a
    standby end, as in a crash that it survives. Who sends the same once more finds it
    there, and must not hear so before a standby has it."""
    old = cluster.primary()
    others = [node for node in cluster.databases if node is not old]
    for node in others:
        node.link("down")
    time.sleep(1.5)
    begin = time.monotonic()
    old.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
    time.sleep(2)
    early = load.since(begin)
    for node in others:
        node.link("up")
    if early:
        load.wrong.append(f"{early} dossiers were acknowledged while no standby had them")
    return old.name


def switch_over(cluster, load):
    """As before maintenance of a machine."""
    old, new = cluster.primary(), cluster.standby("sync_standby")
    old.ctl("switchover", "--force", "--master", old.name, "--candidate", new.name, "motcua")
    if moved(cluster, load, old) is not new:
        raise Failed(f"switched over, but not to {new.name}")
    return old.name


def kill_server(cluster, load):
    server = cluster.servers[0]
    server.end(signal.SIGKILL)
    time.sleep(5)
    server.start()
    wait(f"{server.name} to be ready", 60, server.ready)
    return server.name


def rolling_restart(cluster, load):
    for server in cluster.servers:
        status = server.end(signal.SIGTERM)
        if status != 0:
            load.wrong.append(f"{server.name}, told to end, {'was killed after 90 s' if status is None else f'ended with {status}'}")
        server.start()
        wait(f"{server.name} to be ready", 60, server.ready)
        # HAProxy looks every second.
        time.sleep(3)
    return "both"


KINDS = {
    "behind": "standbys cut off, then the machine dies",
    "processes": "kill -9 of Patroni and PostgreSQL",
    "machine": "kill -9 of all, etcd too",
    "power": "cable and kill -9 of all",
}
OTHERS = [
    ("primary cut off until another took over", cut_off_briefly),
    ("primary cut off for longer", cut_off_long),
    ("synchronous standby cut off", cut_off_standby),
    ("synchronous standby's machine dies", kill_standby),
    ("third database's machine dies", kill_third),
    ("two of three databases die", kill_two),
    ("Patroni alone killed, PostgreSQL runs on", kill_patroni_alone),
    ("PostgreSQL alone killed", kill_postgres_alone),
    ("etcd alone killed beside the primary", kill_etcd),
    ("etcd alone killed on all three", kill_all_etcd),
    ("HAProxy alone killed", kill_haproxy),
    ("sessions ended while no standby hears", end_sessions),
    ("switchover by patronictl", switch_over),
    ("kill -9 of a motcua server", kill_server),
    ("rolling restart of both servers", rolling_restart),
]
