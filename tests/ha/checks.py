"""After the storm: was anything that was acknowledged lost, or anything doubled?"""
import collections
import concurrent.futures
import http.client
import json

from cluster import FRONT, Failed, wait


def spoil(cluster, how):
    """What the checks below must find, done by hand past the program's guards."""
    acts = {
        "lost": "DELETE FROM dossier WHERE id = (SELECT max(id) FROM dossier)",
        "doubled": """CREATE TEMP TABLE one AS SELECT * FROM dossier ORDER BY id DESC LIMIT 1;
            UPDATE one SET id = id + 1000000, code = code || '9', receipt_hash = receipt_hash || '9';
            INSERT INTO dossier SELECT * FROM one""",
        "changed": "UPDATE event SET note = 'x' WHERE id = (SELECT max(id) FROM event)",
    }
    # A replica's session runs no triggers: neither keys nor guards.
    cluster.primary().sql(f"SET session_replication_role = replica; {acts[how]}")


def same_everywhere(cluster):
    """The three databases hold the same dossiers; answers what is wrong."""
    primary = cluster.primary()
    end = primary.sql("SELECT pg_current_wal_lsn()").strip()
    behind = f"SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '{end}') >= 0"
    for node in cluster.databases:
        if node is not primary:
            wait(f"{node.name} to catch up", 30, lambda n=node: n.sql(behind).strip() == "t")
    sums = {node.name: node.sql("SELECT count(*), md5(string_agg(code || applicant_name, ',' ORDER BY id)) FROM dossier").strip()
            for node in cluster.databases}
    return [] if len(set(sums.values())) == 1 else [f"the databases differ: {sums}"]


def over_the_api(cluster, load):
    """Every acknowledged code opens, and is the dossier of whom it was said to be."""
    def some(part):
        kept, wrong = http.client.HTTPSConnection(FRONT, 443, timeout=30, context=cluster.tls), []
        for _, name, code, _ in part:
            kept.request("GET", f"/api/v1/dossiers/{code}", headers={"Authorization": f"Bearer {load.token}"})
            answer = kept.getresponse()
            words = answer.read()
            found = json.loads(words)["applicant"]["name"] if answer.status == 200 else answer.status
            if found != name:
                wrong.append(f"API: {code} of {name} answers {found}")
        return wrong
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return [line for part in pool.map(some, [load.acked[n::8] for n in range(8)]) for line in part]


def run(cluster, load):
    """All that is wrong, a line each."""
    wrong = list(load.wrong)
    rows = cluster.primary().sql("SELECT code, applicant_name FROM dossier ORDER BY id").splitlines()
    rows = [row.split("|", 1) for row in rows]
    codes = collections.Counter(code for code, _ in rows)
    names = collections.Counter(name for _, name in rows)
    by_code = dict(rows)
    acked = {name: code for _, name, code, _ in load.acked}
    for _, name, code, _ in load.acked:
        if codes[code] != 1:
            wrong.append(f"{code}, acknowledged, is there {codes[code]} times: {name}")
        elif by_code[code] != name:
            wrong.append(f"{code} was acknowledged to {name} and is {by_code[code]}'s")
    wrong += [f"code {code} is there {count} times" for code, count in codes.items() if count > 1]
    wrong += [f"{name} has {count} dossiers" for name, count in names.items() if count > 1]
    wrong += [f"code {code} was acknowledged to {count} people"
              for code, count in collections.Counter(acked.values()).items() if count > 1]
    wrong += [f"{name} was never handed in" for name in names if name not in load.begun]
    waiting = [name for name in load.begun if name not in acked]
    expected = len(acked) + sum(names[name] for name in waiting)
    if len(rows) != expected:
        wrong.append(f"{len(rows)} dossiers, expected {expected}")
    if waiting:
        wrong.append(f"{len(waiting)} were sent and never acknowledged, though all was well in the end")
    events = cluster.primary().sql("SELECT d.code, count(e.id) FROM dossier d LEFT JOIN event e ON e.dossier_id = d.id"
                                   " GROUP BY d.code HAVING count(e.id) <> 1").split()
    wrong += [f"events of a dossier: {line}" for line in events]
    wrong += same_everywhere(cluster)
    wrong += over_the_api(cluster, load)
    wrong += seal(cluster)
    return wrong, len(rows)


def seal(cluster):
    """`motcua verify` over all of it, nothing left unsealed."""
    open_events = "SELECT count(*) FROM event e WHERE NOT EXISTS (SELECT 1 FROM seal s WHERE s.source = 'event' AND s.event_id = e.id)"
    try:
        wait("the seal", 60, lambda: cluster.primary().sql(open_events).strip() == "0")
        said = cluster.motcua("verify").strip().splitlines()
    except Failed as error:
        return [f"seal: {error}"]
    print("  verify: " + " / ".join(line for line in said if "niêm phong," in line or "Sổ" in line))
    return [] if said[-1] == "Sổ nguyên vẹn." else [f"verify: {said[-1]}"]
