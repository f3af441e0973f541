"""Machines of a cluster as network namespaces: three with etcd, Patroni and PostgreSQL, one
with HAProxy, two motcua servers and the bridge that joins all. Everything starts from the
samples of config/ha with their @NAMES@ filled in."""
import ctypes
import json
import os
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import time
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.path.join(HERE, "..", "..", "config", "ha")
NETWORK = "10.77.0."
FRONT = NETWORK + "10"
SERVERS = [NETWORK + "21", NETWORK + "22"]


class Failed(Exception):
    """The cluster did not do what it must."""


def call(*command, check=True, **more):
    done = subprocess.run(command, text=True, capture_output=True, **more)
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wait(what, seconds, look, every=0.25):
    """Until `look` answers something true."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise Failed(f"waited {seconds} s for {what}")
        time.sleep(every)


def fill(sample, values):
    """A sample of config/ha as an administrator fills it in; nothing else is changed."""
    with open(os.path.join(SAMPLES, sample), encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"@([A-Z][A-Z0-9_]*)@", lambda found: values[found.group(1)], text)
    return text


def environment(text):
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def write(path, text, owner="root"):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o600)
    shutil.chown(path, owner)


def folder(path, owner="root"):
    os.makedirs(path, exist_ok=True)
    os.chmod(path, 0o700)
    shutil.chown(path, owner)
    return path


class Machine:
    """A network namespace and what runs in it."""

    def __init__(self, cluster, name):
        self.cluster, self.name = cluster, name
        self.netns = f"{cluster.tag}-{name}"
        self.started = {}
        call("ip", "netns", "add", self.netns)
        cluster.machines.append(self)
        call("ip", "-n", self.netns, "link", "set", "lo", "up")

    def start(self, what, command, user="root", env=None, cwd="/"):
        """In the namespace, as that user, in no session of ours, its words in a log."""
        log = open(os.path.join(self.cluster.folder, f"{self.name}-{what}.log"), "ab")
        become = [] if user == "root" else ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        self.started[what] = subprocess.Popen(
            ["ip", "netns", "exec", self.netns, *become, *command],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/", **(env or {})},
            cwd=cwd, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        log.close()
        return self.started[what]

    def pids(self):
        found = call("ip", "netns", "pids", self.netns, check=False).split()
        return [int(pid) for pid in found if int(pid) != os.getpid()]

    def kill(self, spare=(), only=None):
        """kill -9 of all that runs here, until nothing is left that forks anew."""
        for _ in range(50):
            left = []
            for pid in self.pids():
                try:
                    with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
                        comm = file.read().strip()
                    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                        dead = file.read().rsplit(")", 1)[1].split()[0] == "Z"
                except (FileNotFoundError, ProcessLookupError):
                    continue
                if not dead and comm not in spare and (only is None or comm in only):
                    left.append(pid)
            if not left:
                break
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.02)
        for process in self.started.values():
            process.poll()

    def remove(self):
        self.kill()
        call("ip", "netns", "del", self.netns, check=False)


class Database(Machine):
    def __init__(self, cluster, name, address):
        super().__init__(cluster, name)
        self.address = address
        base = os.path.join(cluster.folder, name)
        os.makedirs(base)
        self.run = folder(os.path.join(base, "run"), "postgres")
        keys = {user: folder(os.path.join(base, f"keys-{user}"), user) for user in ("postgres", "etcd")}
        data = {user: folder(os.path.join(base, f"data-{user}"), user) for user in ("postgres", "etcd")}
        for user, kept in keys.items():
            cluster.keys_of(name, address, kept, user)
        values = {**cluster.values, "NAME": name, "ADDRESS": address, "RUN": self.run}
        self.etcd_env = environment(fill("etcd.conf", {**values, "KEYS": keys["etcd"], "DATA": data["etcd"]}))
        self.config = os.path.join(base, "patroni.yml")
        write(self.config, fill("patroni.yml", {**values, "KEYS": keys["postgres"], "DATA": data["postgres"]}), "postgres")
        cluster.plug(self, address)

    def start_etcd(self):
        self.start("etcd", ["/usr/bin/etcd"], "etcd", self.etcd_env)

    def start_patroni(self):
        self.start("patroni", ["/usr/bin/patroni", self.config], "postgres")

    def link(self, state):
        """The cable at the switch: `down` cuts this machine off from all others."""
        call("ip", "-n", self.cluster.app.netns, "link", "set", f"to-{self.name}", state)

    def rest(self, path, seconds=2):
        """Status and words of Patroni here; 0 where it does not answer."""
        try:
            with urllib.request.urlopen(f"https://{self.address}:8008{path}", timeout=seconds, context=self.cluster.tls) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()
        except OSError:
            return 0, b""

    def sql(self, statement, database="motcua"):
        """By this machine's own socket, past network and proxy."""
        return call("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups",
                    "psql", "-h", self.run, "-U", "postgres", "-d", database, "-XAtq",
                    "-v", "ON_ERROR_STOP=1", "-c", statement, cwd="/")

    def ctl(self, *command):
        return call("patronictl", "-c", self.config, *command, cwd="/", env={**os.environ, "LANG": "C.UTF-8"})


class Cluster:
    def __init__(self, binary, base):
        self.binary, self.folder = binary, base
        self.tag = f"mha{os.getpid()}"
        self.machines, self.servers = [], []
        self.authority = os.path.join(base, "authority")
        names = ["SUPERUSER_PASSWORD", "REPLICATION_PASSWORD", "REWIND_PASSWORD", "MOTCUA_PASSWORD"]
        self.values = {name: secrets.token_hex(16) for name in names}
        self.values.update(DB1=NETWORK + "1", DB2=NETWORK + "2", DB3=NETWORK + "3", NETWORK=NETWORK + "0/24",
                           MOTCUA1=SERVERS[0], MOTCUA2=SERVERS[1], FRONT=FRONT + ":443", PUBLIC=FRONT)

    def build(self):
        """Namespaces, cables, keys, filled-in samples; nothing runs yet."""
        self.app = Machine(self, "app")
        call("ip", "-n", self.app.netns, "link", "add", "switch", "type", "bridge")
        for address in (FRONT, *SERVERS):
            call("ip", "-n", self.app.netns, "addr", "add", address + "/24", "dev", "switch")
        call("ip", "-n", self.app.netns, "link", "set", "switch", "up")
        self.app_keys = folder(os.path.join(self.folder, "keys-app"))
        self.keys_of("app", FRONT, self.app_keys, "root")
        with open(os.path.join(self.app_keys, "front.pem"), "w", encoding="utf-8") as front:
            for part in ("node.crt", "node.key"):
                with open(os.path.join(self.app_keys, part), encoding="utf-8") as file:
                    front.write(file.read())
        self.tls = ssl.create_default_context(cafile=os.path.join(self.app_keys, "ca.crt"))
        self.databases = [Database(self, f"db{n}", NETWORK + str(n)) for n in (1, 2, 3)]
        # From here on this process, too, sits at the switch.
        with open(f"/var/run/netns/{self.app.netns}", "rb") as space:
            if ctypes.CDLL(None, use_errno=True).setns(space.fileno(), 0x40000000) != 0:
                raise Failed("cannot enter a network namespace")

    def keys_of(self, name, address, kept, owner):
        if not os.path.exists(os.path.join(self.authority, name + ".crt")):
            call(os.path.join(SAMPLES, "certificates.sh"), self.authority, name, address)
        for source, target in (("ca.crt", "ca.crt"), (name + ".crt", "node.crt"), (name + ".key", "node.key")):
            shutil.copy(os.path.join(self.authority, source), os.path.join(kept, target))
            os.chmod(os.path.join(kept, target), 0o600)
            shutil.chown(os.path.join(kept, target), owner)

    def plug(self, machine, address):
        call("ip", "-n", self.app.netns, "link", "add", f"to-{machine.name}", "type", "veth",
             "peer", "name", "eth0", "netns", machine.netns)
        call("ip", "-n", self.app.netns, "link", "set", f"to-{machine.name}", "master", "switch", "up")
        call("ip", "-n", machine.netns, "addr", "add", address + "/24", "dev", "eth0")
        call("ip", "-n", machine.netns, "link", "set", "eth0", "up")

    def primary(self):
        """Who says of itself that it holds the lock; two of them at once are a failure."""
        found = [node for node in self.databases if node.rest("/primary")[0] == 200]
        if len(found) > 1:
            raise Failed(f"{' and '.join(node.name for node in found)} both say that they are primary")
        return found[0] if found else None

    def whole(self):
        """A primary, a synchronous standby, one more: all run, on one timeline, and stream."""
        primary = self.primary()
        if not primary:
            return None
        members = json.loads(primary.rest("/cluster")[1] or b"{}").get("members", [])
        roles = sorted(member["role"] for member in members if member["state"] == "running")
        timelines = {member.get("timeline") for member in members}
        if roles != ["leader", "replica", "sync_standby"] or len(timelines) != 1:
            return None
        streams = primary.sql("SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'", "postgres")
        return primary if sorted(streams.split()) == ["async", "sync"] else None

    def standby(self, role):
        # Under load Patroni may not answer within its two seconds.
        for _ in range(10):
            primary = self.primary()
            words = primary.rest("/cluster", 5)[1] if primary else b""
            members = json.loads(words or b"{}").get("members", [])
            for node in self.databases:
                if any(member["name"] == node.name and member["role"] == role for member in members):
                    return node
            time.sleep(1)
        raise Failed(f"no {role}")

    def start_haproxy(self):
        run = folder(os.path.join(self.folder, "run-app"))
        config = os.path.join(self.folder, "haproxy.cfg")
        write(config, fill("haproxy.cfg", {**self.values, "RUN": run, "KEYS": self.app_keys}))
        call("/usr/sbin/haproxy", "-c", "-f", config)
        self.app.start("haproxy", ["/usr/sbin/haproxy", "-db", "-f", config])

    def motcua(self, *command):
        return call(self.binary, *command, cwd=self.servers[0].base,
                    env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **self.servers[0].env})

    def remove(self):
        for machine in reversed(self.machines):
            try:
                machine.remove()
            except (Failed, OSError) as error:
                print(f"not tidied away: {machine.netns}: {error}")


class Server:
    """A motcua server on its own address."""

    def __init__(self, cluster, number):
        self.cluster, self.name, self.address = cluster, f"motcua{number}", SERVERS[number - 1]
        self.base = folder(os.path.join(cluster.folder, self.name))
        self.env = environment(fill("motcua.env", {**cluster.values, "KEYS": cluster.app_keys, "DATA": self.base, "ADDRESS": self.address}))
        # The test may run at half past one.
        self.env["MOTCUA__BACKUP__NIGHTLY"] = "false"
        self.process = None

    def start(self):
        self.process = self.cluster.app.start(self.name, [self.cluster.binary, "serve"], env=self.env, cwd=self.base)

    def ready(self):
        try:
            with urllib.request.urlopen(f"http://{self.address}:8080/readyz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def end(self, how):
        """Its status; None where it did not end in the time that motcua.service gives it."""
        self.process.send_signal(how)
        try:
            return self.process.wait(90)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None
