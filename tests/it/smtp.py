"""A real mail server (aiosmtpd) that misbehaves on purpose, by the name before the @.

never@   550 for good                     silent@  never answers RCPT
grey@    450 the first time (greylisted)  dies@    goes away in the middle of the first mail
slow@    takes it, and says so two seconds later
Everything it takes is written to a folder, one file a mail, its envelope on top.
usage: smtp.py PORT FOLDER
"""
import asyncio
import itertools
import json
import pathlib
import sys

from aiosmtpd.smtp import SMTP

port, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
numbers, met = itertools.count(1), set()


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "never":
            return "550 5.1.1 no such user"
        if name == "silent":
            await asyncio.sleep(3600)
        if name == "grey" and address not in met:
            met.add(address)
            return "450 4.2.0 greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        taken = {
            "to": envelope.rcpt_tos,
            "text": envelope.content.decode("utf-8", "replace"),
        }
        path = folder / f"{next(numbers):04}.json"
        path.with_suffix(".part").write_text(json.dumps(taken))
        path.with_suffix(".part").rename(path)
        if any(to.startswith("slow@") for to in envelope.rcpt_tos):
            await asyncio.sleep(2)
        return "250 taken"


class Server(SMTP):
    async def smtp_DATA(self, arg):
        names = [to.split("@")[0] for to in self.envelope.rcpt_tos]
        if "dies" in names and "dies" not in met:
            met.add("dies")
            await self.push("354 go on")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Server(Handler(), loop=loop, hostname="test"), "127.0.0.1", port
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
