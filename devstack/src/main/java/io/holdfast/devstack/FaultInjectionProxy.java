package io.holdfast.devstack;

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

/** The only way to a server, byte for byte, for tests that close it, block it, or let it answer otherwise. */
public final class FaultInjectionProxy implements AutoCloseable {

    /** What becomes of those who come. */
    public enum State {
        OPEN,
        /** Connections end at once. */
        CLOSED,
        /** S3's answer to those who may not. */
        FORBIDDEN,
        /** Signatures are spoiled on their way: the server itself refuses. */
        FORGING,
        /** What an S3 server without room says to each PUT. */
        FULL,
        /** Bytes wait until it is open again. */
        STUCK
    }

    private static final String SIGNATURE = "Signature=";

    private final ServerSocket entrance;
    private final InetSocketAddress behind;
    private final Set<Socket> passing = ConcurrentHashMap.newKeySet();
    private State state = State.OPEN;

    public FaultInjectionProxy(String host, int port) {
        behind = new InetSocketAddress(host, port);
        try {
            entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofPlatform().daemon().name("door").start(this::admit);
    }

    /** On the loopback address. */
    public int port() {
        return entrance.getLocalPort();
    }

    /** Connections that would not notice end, so that the next request meets the new state. */
    public synchronized void set(State next) {
        state = next;
        notifyAll();
        if (next != State.OPEN && next != State.STUCK) {
            passing.forEach(FaultInjectionProxy::close);
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
                    case OPEN, STUCK, FORGING, FULL -> connect(one);
                    case CLOSED -> close(one);
                    case FORBIDDEN -> Thread.ofVirtual().start(() -> refuse(one));
                }
            } catch (IOException e) {
                if (entrance.isClosed()) {
                    return;
                }
            }
        }
    }

    private void connect(Socket one) throws IOException {
        Socket other = new Socket();
        try {
            other.connect(behind);
        } catch (IOException e) {
            close(one);
            throw e;
        }
        passing.add(other);
        Thread.ofVirtual().start(() -> pass(one, other, true));
        Thread.ofVirtual().start(() -> pass(other, one, false));
    }

    private void pass(Socket from, Socket to, boolean requests) {
        byte[] buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
                awaitMovement();
                if (requests && state() == State.FORGING) {
                    forge(buffer, read);
                }
                if (requests && state() == State.FULL && text(buffer, read).startsWith("PUT ")) {
                    answer(from, "507 Insufficient Storage", "InsufficientStorage");
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // so it ends
        } finally {
            passing.remove(from);
        }
    }

    private static void refuse(Socket one) {
        try {
            one.getInputStream().read(new byte[1 << 14]);
            answer(one, "403 Forbidden", "AccessDenied");
        } catch (IOException e) {
            close(one);
        }
    }

    private static void forge(byte[] buffer, int length) {
        String text = text(buffer, length);
        for (int at = text.indexOf(SIGNATURE); at >= 0; at = text.indexOf(SIGNATURE, at + 1)) {
            int digit = at + SIGNATURE.length();
            if (digit < length) {
                buffer[digit] = (byte) (buffer[digit] == '0' ? '1' : '0');
            }
        }
    }

    private static String text(byte[] buffer, int length) {
        return new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** The request is heard out, so that the answer is not lost with the connection. */
    private static void answer(Socket one, String status, String code) {
        String body = "<Error><Code>" + code + "</Code><Message>by a test</Message></Error>";
        String answer = "HTTP/1.1 " + status + "\r\nContent-Type: application/xml\r\nConnection: close\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        try (one) {
            one.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            one.shutdownOutput();
            one.getInputStream().transferTo(OutputStream.nullOutputStream());
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

    @Override
    public void close() {
        set(State.CLOSED);
        try {
            entrance.close();
        } catch (IOException e) {
            // nobody comes in any more
        }
    }
}
