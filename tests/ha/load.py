"""Clerks who hand in dossiers through HAProxy, and never give one up before it is acknowledged."""
import http.client
import json
import random
import threading
import time

from cluster import FRONT

# So long a clerk waits for an answer before she sends the same once more.
PATIENCE = 15


class Load:
    def __init__(self, cluster, token, workers):
        self.cluster, self.token = cluster, token
        self.run = f"{random.randrange(10**6):06}"
        self.lock = threading.Lock()
        self.acked = []      # (moment, name, code, how often it was sent)
        self.begun = {}      # every name that was ever sent -> its worker
        self.failures = []   # (moment, kind of request, what went wrong)
        self.looked = 0      # answers to those who do not hand in
        self.wrong = []      # answers that must never be given
        self.busy = 0
        self.promoted = 0    # when another was last seen to be primary
        self.over = threading.Event()
        jobs = [(self.clerk, number) for number in range(workers)] + [(self.visitor, 0), (self.reader, 0)]
        self.threads = [threading.Thread(target=job, args=(number,), daemon=True) for job, number in jobs]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self, seconds=120):
        """No new dossier; those under way are still repeated until they are acknowledged."""
        self.over.set()
        end = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.1, end - time.monotonic()))

    def connect(self):
        return http.client.HTTPSConnection(FRONT, 443, timeout=PATIENCE, context=self.cluster.tls)

    def ask(self, kept, kind, method, path, body=None, headers=None):
        """One request on a kept connection; status and words, or None and what went wrong."""
        headers = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            if kept[0] is None:
                kept[0] = self.connect()
            kept[0].request(method, path, body, headers)
            answer = kept[0].getresponse()
            status, words = answer.status, answer.read()
            if answer.will_close:
                kept[0].close()
                kept[0] = None
        except (OSError, http.client.HTTPException) as error:
            if kept[0] is not None:
                kept[0].close()
            kept[0] = None
            status, words = None, type(error).__name__
        if status is None or status >= 500:
            # HAProxy's own 503 is a page; motcua's words are JSON.
            by = "" if status is None else " by motcua" if words.startswith(b"{") else " by HAProxy"
            with self.lock:
                self.failures.append((time.monotonic(), kind, f"{status or words}{by}"))
        return status, words

    def clerk(self, number):
        kept, counted = [None], 0
        while not self.over.is_set():
            counted += 1
            name = f"Người thử {self.run} {number} {counted}"
            body = json.dumps({"procedure_code": "1.001193", "channel": "desk",
                               "applicant": {"name": name, "kind": "citizen"}}).encode()
            with self.lock:
                self.begun[name] = number
                self.busy += 1
            sent = 0
            while True:
                sent += 1
                status, words = self.ask(kept, "intake", "POST", "/api/v1/dossiers", body,
                                         {"Idempotency-Key": f"{self.run}-{number}-{counted}"})
                if status == 201:
                    answer = json.loads(words)
                    with self.lock:
                        self.acked.append((time.monotonic(), name, answer["code"], sent))
                        if answer["applicant"]["name"] != name:
                            self.wrong.append(f"{name} was answered with {answer['applicant']['name']}")
                    break
                if status is not None and status < 500:
                    with self.lock:
                        self.wrong.append(f"{name}: {status} {words[:300]!r}")
                    break
                time.sleep(0.25)
                if self.over.is_set() and sent > 200:
                    break
            with self.lock:
                self.busy -= 1
            time.sleep(random.uniform(0.06, 0.12))

    def visitor(self, _):
        """Posts without a key, which HAProxy must not repeat once it was sent."""
        kept = [None]
        body = b'{"received_at":"2021-02-04T09:00:00+07:00","limit":5,"unit":"ngay_lam_viec"}'
        while not self.over.is_set():
            status, words = self.ask(kept, "post without a key", "POST", "/api/v1/deadlines", body)
            self.count(status, words)
            time.sleep(0.05)

    def reader(self, _):
        """Looks for what was acknowledged: it must be there, at every moment."""
        kept = [None]
        while not self.over.is_set():
            with self.lock:
                last = self.acked[-1] if self.acked else None
            if last:
                status, words = self.ask(kept, "look", "GET", f"/api/v1/dossiers/{last[2]}")
                self.count(status, words)
            time.sleep(0.05)

    def count(self, status, words):
        with self.lock:
            if status == 200:
                self.looked += 1
            elif status is not None and status < 500:
                self.wrong.append(f"a look: {status} {words[:200]!r}")

    def since(self, moment):
        with self.lock:
            return sum(1 for ack in self.acked if ack[0] >= moment)

    def pause(self, begin, end):
        """The longest time without an acknowledgement that reaches beyond `begin`."""
        with self.lock:
            moments = sorted(ack[0] for ack in self.acked if begin - 10 <= ack[0] <= end)
        gaps = [after - before for before, after in zip(moments, moments[1:]) if after >= begin]
        return max(gaps, default=end - begin)

    def failed(self, begin, end=None):
        """How many requests of each kind saw an error in that time."""
        with self.lock:
            found = [what for what in self.failures if begin <= what[0] <= (end or what[0])]
        kinds = {}
        for _, kind, what in found:
            kinds[f"{kind}: {what}"] = kinds.get(f"{kind}: {what}", 0) + 1
        return kinds
