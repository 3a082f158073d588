package io.holdfast.restore.saga;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The way to a server, which tests close, bar and block. */
final class Door {
    /** What becomes of those who come. */
    enum State {
        OPEN,
        /** Connections end at once. */
        CLOSED,
        /** S3's answer to those who may not. */
        FORBIDDEN,
        /** Bytes wait until it is open again. */
        STUCK
    }

    private static final String REFUSAL = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";

    private final ServerSocket entrance;
    private final InetSocketAddress behind;
    private final Set<Socket> passing = ConcurrentHashMap.newKeySet();
    private State state = State.OPEN;

    Door(String host, int port) {
        behind = new InetSocketAddress(host, port);
        try {
            entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofPlatform().daemon().name("door").start(this::admit);
    }

    int port() {
        return entrance.getLocalPort();
    }

    synchronized void set(State next) {
        state = next;
        notifyAll();
        if (next == State.CLOSED || next == State.FORBIDDEN) {
            passing.forEach(Door::close);
        }
    }

    private synchronized State state() {
        return state;
    }

    private synchronized void awaitMovement() throws IOException {
        try {
            while (state == State.STUCK) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void admit() {
        while (true) {
            try {
                Socket one = entrance.accept();
                passing.add(one);
                switch (state()) {
                    case OPEN, STUCK -> connect(one);
                    case CLOSED -> close(one);
                    case FORBIDDEN -> Thread.ofVirtual().start(() -> refuse(one));
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket one) throws IOException {
        Socket other = new Socket();
        other.connect(behind);
        passing.add(other);
        Thread.ofVirtual().start(() -> pass(one, other));
        Thread.ofVirtual().start(() -> pass(other, one));
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                awaitMovement();
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // so it ends
        } finally {
            passing.remove(from);
        }
    }

    private static void refuse(Socket one) {
        try (one) {
            one.getInputStream().read(new byte[1 << 14]);
            String answer = "HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nConnection: close\r\n"
                    + "Content-Length: " + REFUSAL.length() + "\r\n\r\n" + REFUSAL;
            one.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // so it ends
        }
    }

    private static void close(Socket one) {
        try {
            one.close();
        } catch (IOException e) {
            // it is closed
        }
    }
}
