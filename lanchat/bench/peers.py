"""peers.py threading|asyncio PORT: the two servers that a Python course would write, for comparison: a line, OK, half-close, the client's end, close. No storage."""
import asyncio
import socket
import socketserver
import sys


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        if self.rfile.readline():
            self.wfile.write(b"OK")
            self.connection.shutdown(socket.SHUT_WR)
            self.rfile.read()


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 4096


async def answer(reader, writer):
    if await reader.readline():
        writer.write(b"OK")
        writer.write_eof()
        await reader.read()
    writer.close()


async def serve(port):
    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if sys.argv[1] == "asyncio":
    asyncio.run(serve(int(sys.argv[2])))
else:
    Server(("127.0.0.1", int(sys.argv[2])), Handler).serve_forever()
