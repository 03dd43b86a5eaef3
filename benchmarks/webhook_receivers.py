# SPDX-License-Identifier: EUPL-1.2
"""The receivers of benchmark `webhook`, in a process of their own: the living note when they were called, the dead take
a call and never answer. Prints its port."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

seen: dict[str, float] = {}


async def alive(request: web.Request) -> web.Response:
    seen.setdefault(request.headers["ce-id"], time.time())
    await request.read()
    return web.Response(status=204)


async def dead(_: web.Request) -> web.Response:
    await asyncio.sleep(3600)
    return web.Response(status=204)


async def told(_: web.Request) -> web.Response:
    return web.json_response(seen)


async def main() -> None:
    app = web.Application()
    app.router.add_post("/levend/{number}", alive)
    app.router.add_post("/dood/{number}", dead)
    app.router.add_get("/gezien", told)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
