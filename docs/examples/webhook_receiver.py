# SPDX-License-Identifier: EUPL-1.2
"""Receive the hub's webhook: `python webhook_receiver.py connect.toml https://zaken.gemeente.example/hub 8080`.

Anything that takes HTTP will do (this is aiohttp); before it stands whatever ends TLS for that name.
"""

import sys

from aiohttp import web

from connectors.webhook import DeliveryRefused, WebhookReceiver

config, url, port = sys.argv[1:]
receiver = WebhookReceiver.open(config, url)
had: set[str] = set()  # yours is a table: a delivery may come twice, under the same id


async def hook(request: web.Request) -> web.Response:
    if request.method == "OPTIONS":  # the hub asks first whether it may call
        return web.Response(headers=receiver.consent(request.headers))
    try:
        delivery = receiver.delivery(request.method, request.headers.items(), await request.read())
    except DeliveryRefused as refused:
        return web.Response(status=400, text=str(refused))
    if delivery.id not in had:
        print(delivery.gebeurtenis, delivery.pseudoniem, dict(delivery.data), flush=True)
        had.add(delivery.id)
    return web.Response(status=204)  # only now is it yours: any other answer brings it again


app = web.Application()
app.router.add_route("*", "/{path:.*}", hook)
web.run_app(app, host="127.0.0.1", port=int(port), print=None)
