package io.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A network between a client and a server, with the trouble that a test orders, one for each connection. */
final class Troubles implements AutoCloseable {
    enum Trouble {
        /** The connection is reset before anything is read. */
        RESET,
        /** 503 Slow Down, and the connection is closed. */
        SLOW_DOWN,
        /** 500 with a page that is no XML. */
        BROKEN_PROXY,
        /** Nothing is ever answered. */
        SILENCE,
        /** The request is carried out; its answer never arrives. */
        LOST_ANSWER
    }

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Trouble> coming = new ConcurrentLinkedQueue<>();
    private final AtomicInteger met = new AtomicInteger();
    private final int target;

    Troubles(int target) throws IOException {
        this.target = target;
        threads.execute(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    void order(Trouble... troubles) {
        coming.addAll(java.util.List.of(troubles));
    }

    int met() {
        return met.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        Trouble trouble = coming.poll();
        if (trouble != null) {
            met.incrementAndGet();
        }
        try (client;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            if (trouble == null) {
                connect(client, server, true);
                return;
            }
            switch (trouble) {
                case RESET -> client.setSoLinger(true, 0);
                case SLOW_DOWN -> answer(client, "503 Slow Down", "<Error><Code>SlowDown</Code></Error>");
                case BROKEN_PROXY -> answer(client, "500 Internal Server Error", "oops");
                case SILENCE -> client.getInputStream().transferTo(OutputStream.nullOutputStream());
                case LOST_ANSWER -> connect(client, server, false);
            }
        } catch (IOException e) {
            // that is what this is for
        }
    }

    /** Without the answer: the first byte of it ends the connection. */
    private void connect(Socket client, Socket server, boolean answer) throws IOException {
        threads.execute(() -> pass(client, server));
        InputStream from = server.getInputStream();
        if (answer) {
            from.transferTo(client.getOutputStream());
        } else if (from.read() >= 0) {
            client.setSoLinger(true, 0);
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (SocketException e) {
            // the other side went first
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** After the request's head was read: a client that is still sending may never see an early answer. */
    private static void answer(Socket client, String status, String body) throws IOException {
        client.getInputStream().read(new byte[64 << 10]);
        client.getOutputStream()
                .write(("HTTP/1.1 " + status
                                + "\r\nConnection: close\r\nContent-Type: application/xml\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
