"""Meets the scripted endpoint with Python's `websockets`: prints what it saw, as JSON.

usage: websockets_client.py URL CA WHAT, where WHAT is `closes` (it closes first), `listens` (until the server has ended
the connection) or the hex of bytes to write behind the handshake.
"""

import asyncio
import json
import ssl
import sys

import websockets

# Longer than any test waits: whoever leaves TCP open after the closing handshake is seen to.
CLOSE_SECONDS = 120


async def main() -> None:
    url, ca, what = sys.argv[1:]
    context = ssl.create_default_context(cafile=ca) if url.startswith("wss") else None
    seen = []
    async with websockets.connect(
        url,
        ssl=context,
        compression=None,
        subprotocols=["aws.iot.securetunneling-3.0"],
        extra_headers={"access-token": "AQGA" + "x" * 400},
        close_timeout=CLOSE_SECONDS,
        ping_interval=None,
    ) as socket:
        try:
            seen.append((await socket.recv()).hex())
            if what == "closes":
                await socket.close(4321, "had enough")
            elif what != "listens":
                socket.transport.write(bytes.fromhex(what))
            while True:
                seen.append((await socket.recv()).hex())
        except websockets.ConnectionClosed:
            pass
        await socket.wait_closed()
        print(json.dumps({"code": socket.close_code, "reason": socket.close_reason, "messages": seen}))


asyncio.run(main())
